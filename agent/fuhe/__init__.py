"""复核: check and draft China's 项目支出绩效自评表."""

__version__ = "0.2.0"
