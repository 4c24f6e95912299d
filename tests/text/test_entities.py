"""That a name is known as it is, in plural, in parts or by its initials, and that no other name passes for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.text.entities import KnownNames, is_name, unknown_names

SOURCE = KnownNames(
    "TideNet: Forecasting With Buckets. Deep neural networks (DNNs) are costly. We train TideNet, a Conv LSTM with "
    "ResNet-50, on BucketBench and CIFAR10 by reinforcement learning; tidal energy markets benefit."
)


@pytest.mark.parametrize(
    "text",
    [
        "a DNN and DNNs",
        "CIFAR-10, CIFAR10",
        "ResNet50 and ResNets",
        "ConvLSTM",
        "Conv-LSTM",
        "TEM",
        "an RL agent",
        "TideNet-based",
        "a DNN/LSTM hybrid",
        "We Propose A Deep Net",
    ],
)
def test_what_the_source_names_is_known(text):
    assert list(unknown_names(text, SOURCE)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("LSTMs and GRUs", ["GRUs"]),
        ("PailBench and CIFAR100", ["PailBench", "CIFAR100"]),
        ("an SVM of the DNN", ["SVM"]),
        ("VGG-16 features", ["VGG-16"]),
        ("TideGAN", ["TideGAN"]),
    ],
)
def test_what_the_source_does_not_name_is_found(text, names):
    assert list(unknown_names(text, SOURCE)) == names


def test_what_looks_like_a_name_has_capitals_within_or_digits():
    assert [
        word for word in ["TideNet", "DNNs", "mBERT", "t5", "Tide", "Actor-Critic", "2019", "10-fold"] if is_name(word)
    ]
    assert not is_name("Actor-Critic")
    assert not is_name("2019")


@given(st.text(max_size=300))
def test_a_text_knows_all_its_own_names(text):
    assert list(unknown_names(text, KnownNames(text))) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("CIFAR-100", "We use CIFAR-10/100."),
        ("CIFAR-100", "We use CIFAR-10 and 100."),
        ("ResNet-50", "A 50-layer ResNet is trained."),
        ("Fe-57", "The spectrum of $^{57}$Fe is taken."),
        ("COVID-19", "The novel coronavirus spread."),
        ("SARS-CoV-2", "COVID-19 spread."),
        ("T2DM", "Patients with type 2 diabetes mellitus were seen."),
        ("HIF-1", "We study HIF-1α in cells."),
        ("LLaMA-3-8B", "We tune Llama 3 (8B)."),
        ("Vitamin B-12", "Vitamin B12 was given."),
    ],
)
def test_a_name_with_digits_is_known_in_its_other_forms(name, source):
    assert list(unknown_names(f"In it {name} is studied.", KnownNames(source))) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("GPT-5", "We prompt GPT-4 5 times."),
        ("CIFAR-100", "We use CIFAR-10 with 100 images each."),
        ("ResNet-101", "ResNet-50 wins over 101 others."),
        ("SARS-CoV-3", "SARS-CoV-2 spread."),
        ("ImageNet-4025", "We use ImageNet-1024."),
    ],
)
def test_a_name_with_other_digits_is_another_name(name, source):
    assert list(unknown_names(f"In it {name} is studied.", KnownNames(source))) == [name]
