import torch

from attention_course.course import build, preset

SOURCE, LENGTHS = torch.tensor([[4, 5, 6, 2], [7, 2, 0, 0]]), torch.tensor([4, 2])


def test_a_word_reads_the_source_and_what_is_before_it_and_nothing_else():
    torch.manual_seed(0)
    model = build(preset("ch6_prompt", "prompt", "copy", "smoke"), 11, 13).eval()
    before = model(SOURCE, LENGTHS, torch.tensor([[1, 4, 5], [1, 6, 7]]))
    after = model(SOURCE, LENGTHS, torch.tensor([[1, 4, 9], [1, 6, 9]]))
    assert torch.equal(before.logits[:, :2], after.logits[:, :2])
    assert not torch.equal(before.logits[:, 2], after.logits[:, 2])
    assert before.weights.shape == (2, 3, 4 + 3)
    assert (before.weights[1, :, 2:4] == 0).all()  # padding between the source and the text
    torch.testing.assert_close(before.weights.sum(dim=2), torch.ones(2, 3))
