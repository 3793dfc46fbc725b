"""How the pictures on cards are drawn."""

from bot.adapters.data.buckets import BucketTargets
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.slack.pictures import Drawing
from bot.adapters.slack.tuning_pictures import TuningDrawing
from bot.drawing import charts, comparison_chart
from bot.drawing.digest_chart import digest_alt_text, digest_chart
from bot.drawing.split_chart import split_alt_text, split_chart
from bot.drawing.tuning_charts import progress_alt_text, progress_chart
from bot.drawing.tuning_scatters import scatter_alt_text, scatter_chart
from bot.settings import Settings


def drawing(settings: Settings, clients: AwsClients) -> Drawing:
    targets = BucketTargets(clients, settings.artifact_bucket)
    return Drawing(
        accuracy=charts.accuracy_chart,
        accuracy_alt=charts.alt_text,
        bars=split_chart,
        bars_alt=split_alt_text,
        tuning=TuningDrawing(progress_chart, progress_alt_text, scatter_chart, scatter_alt_text),
        compared=comparison_chart.comparison_chart,
        compared_alt=comparison_chart.comparison_alt_text,
        best=digest_chart,
        best_alt=digest_alt_text,
        kept=lambda preparation, name: targets.at(preparation.folder).read(name),
    )
