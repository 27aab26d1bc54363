"""Settings of the model: table, environment, shared key; the key is never shown."""

from pathlib import Path
from typing import Any

import pytest

from fuhe.errors import SettingsError
from fuhe.settings import ModelSettings, Settings, load

SECRET = "sk-very-secret"


def test_no_model_by_default(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    assert (settings, settings.model.configured) == (Settings(), False)


def test_nearer_settings_of_the_model_win_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "fuhe.toml").write_text('[model]\nbase_url = "http://gpu/v1"\nname = "a"\ntimeout = 5\n', "utf-8")
    environ = {"FUHE_MODEL_NAME": "b", "FUHE_MODEL_ALLOW_PUBLIC": "true", "FUHE_POLICY": "x"}
    found = load(tmp_path, {"model": {"timeout": 7}}, environ)
    expected = ModelSettings(base_url="http://gpu/v1", name="b", timeout=7, allow_public=True)
    assert (found.model, found.policy) == (expected, "x")


@pytest.mark.parametrize(
    ("environ", "file", "key"),
    [
        ({"OPENAI_API_KEY": "shared"}, "", "shared"),
        ({"OPENAI_API_KEY": "shared"}, 'key = "file"', "file"),
        ({"OPENAI_API_KEY": "shared", "FUHE_MODEL_KEY": "own"}, 'key = "file"', "own"),
    ],
)
def test_key_comes_from_the_nearest_place(tmp_path: Path, environ: dict[str, str], file: str, key: str) -> None:
    (tmp_path / "fuhe.toml").write_text(f"[model]\n{file}\n", "utf-8")
    model = load(tmp_path, environ=environ).model
    assert model.key
    assert model.key.get_secret_value() == key
    assert key not in repr(model)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"FUHE_MODEL_NAMES": "x"}, "没有“model.names”这项设置。可用的设置：base_url、key、name"),
        ({"FUHE_MODEL_TIMEOUT": "0"}, "“model.timeout”的值不能用（'0'）"),
        ({"FUHE_MODEL_THINKING": "off"}, "“model.thinking”的值不能用（'off'）"),
        ({"FUHE_MODEL": SECRET, "FUHE_MODEL_NAME": "x"}, "“model”的值不能用"),
        ({"FUHE_MODELS": "x"}, "没有“models”这项设置"),
    ],
)
def test_wrong_setting_is_named(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, environ=environ)
    assert words in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", [f'["{SECRET}"]', f'{{a = "{SECRET}"}}'])
def test_key_of_a_wrong_kind_is_not_shown(tmp_path: Path, value: Any) -> None:
    (tmp_path / "fuhe.toml").write_text(f"[model]\nkey = {value}\n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, environ={})
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"


def test_money_budget_needs_prices(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="price_in"):
        load(tmp_path, environ={"FUHE_MODEL_YUAN_BUDGET": "5"})
    priced = load(tmp_path, environ={"FUHE_MODEL_YUAN_BUDGET": "5", "FUHE_MODEL_PRICE_OUT": "8"})
    assert priced.model.yuan_budget == 5
