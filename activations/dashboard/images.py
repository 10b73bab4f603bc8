"""What saved images look like: a choice that all pages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from activations.dashboard.controls import OneOf, Option
from activations.dashboard.reading import group

IMAGE_SIZE: Final = OneOf(
    key="image_size",
    label="Image size",
    default="screen",
    options=(Option("screen", "Screen"), Option("slide", "Slide"), Option("paper", "Paper")),
)
IMAGE_COLORS: Final = OneOf(
    key="image_colors",
    label="Image colors",
    default="dark-on-white",
    options=(Option("dark-on-white", "Dark on white"), Option("as-on-screen", "As on screen")),
)
IMAGES: Final = group("IMAGES", IMAGE_SIZE, IMAGE_COLORS)


@dataclass(frozen=True, kw_only=True)
class WithImages:
    """Settings of a page whose charts are saved as images: the words of both choices."""

    image_size: str
    image_colors: str
