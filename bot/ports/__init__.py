"""What the services need of the world, a page of Protocols for each side of it; `adapters/` has the real ones."""

from bot.ports.catalog import DataSets, Prices
from bot.ports.chat import Announcer, AnswerWriter, Directory, Files
from bot.ports.data import DataSetSource, GoldenImages, Images, ImageSource, Sources, Target, Targets
from bot.ports.feedback import KeptPictures, Opinions, Questions
from bot.ports.pictures import Answers, ChannelRows, Routes, Uploads
from bot.ports.platforms import ModelHosting, PriceList, TrainingPlatform, TuningPlatform
from bot.ports.process import Clock, TickLock, Wakeup
from bot.ports.rows import Approvals, Cards, Endpoints, Jobs, Preparations, TuningRows

__all__ = [
    "Announcer",
    "AnswerWriter",
    "Answers",
    "Approvals",
    "Cards",
    "ChannelRows",
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
    "KeptPictures",
    "ModelHosting",
    "Opinions",
    "Preparations",
    "PriceList",
    "Prices",
    "Questions",
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
