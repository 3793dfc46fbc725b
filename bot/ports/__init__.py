"""What the services need of the world, a page of Protocols for each side of it; `adapters/` has the real ones."""

from bot.ports.catalog import DataSets, Prices
from bot.ports.chat import Announcer, Directory, Files
from bot.ports.data import DataSetSource, GoldenImages, Images, ImageSource, Sources, Target, Targets
from bot.ports.platforms import ModelHosting, PriceList, TrainingPlatform, TuningPlatform
from bot.ports.process import Clock, TickLock, Wakeup
from bot.ports.rows import Approvals, Cards, Endpoints, Jobs, Preparations, Routes, TuningRows, Uploads

__all__ = [
    "Announcer",
    "Approvals",
    "Cards",
    "Clock",
    "DataSetSource",
    "DataSets",
    "Directory",
    "Endpoints",
    "Files",
    "GoldenImages",
    "ImageSource",
    "Images",
    "Jobs",
    "ModelHosting",
    "Preparations",
    "PriceList",
    "Prices",
    "Routes",
    "Sources",
    "Target",
    "Targets",
    "TickLock",
    "TrainingPlatform",
    "TuningPlatform",
    "TuningRows",
    "Uploads",
    "Wakeup",
]
