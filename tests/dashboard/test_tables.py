import json

from streamlit.testing.v1 import AppTest


def _script():
    import streamlit as st

    from activations.dashboard import tables

    tables.draw(
        "A table",
        {
            "steps": [6, 0, 0, 0, 869066965],
            "format": ["bf16", "f16", "f8", "float8_e4m3fn", "f32"],
            "a long heading": [1, 2, 3, 4, 5],
            "words": ["x" * 80] * 5,
        },
        {"steps": st.column_config.NumberColumn(format="%d", help="How many")},
    )


def test_columns_have_room_for_the_longest_that_they_hold():
    (table,) = AppTest.from_function(_script).run().dataframe
    told = json.loads(table.proto.columns)
    assert 9 * 7 < told["steps"]["width"] < 100
    assert told["steps"]["help"] == "How many"
    assert 13 * 7 < told["format"]["width"] < 130
    assert not {"a long heading", "words"} & {
        name for name, each in told.items() if each.get("width")
    }
