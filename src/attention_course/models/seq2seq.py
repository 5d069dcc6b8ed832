"""The recurrent model of rungs 1 to 3: encoder, context (the socket), decoder.

It is used as the Transformer is: `encode` a source once, `forward` for all target steps at once,
`begin` and `step` for one step at a time.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attention_course.config import Readout
from attention_course.models.context import Context
from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding, OutputEmbedding
from attention_course.models.input_feeding import Feed
from attention_course.models.masks import padding_mask
from attention_course.models.model import Model, Output, Past, Step
from attention_course.models.rnn import Encoder


class RecurrentMemory(NamedTuple):
    """What the encoder hands over: a state for each source token, and a first decoder state."""

    states: Float[Tensor, "B S d_state"]
    keys: Float[Tensor, "B S d_key"]  # what they are found by
    mask: Bool[Tensor, "B S"]
    start: Float[Tensor, "B d_state"]

    def rows(self, order: Int[Tensor, "N"]) -> "RecurrentMemory":
        """Pick sentences, in the order asked for; a sentence may be picked twice."""
        states, mask, start = (
            part.index_select(0, order) for part in (self.states, self.mask, self.start)
        )
        keys = states if self.keys is self.states else self.keys.index_select(0, order)
        return RecurrentMemory(states, keys, mask, start)


class Decoder(nn.Module):
    """A GRU that reads the source through its context, the socket of the course.

    One step, in the order of the lecture notes and of Luong et al. 2015, section 3:
    s_t = GRU(y_{t-1}, s_{t-1}); a_t = context(s_t); r_t = tanh(W [a_t; s_t]); predict from r_t.
    With `feed`, the GRU reads something of the step before beside y_{t-1}: input feeding.
    With `layers_above`, more GRUs read r_1 ... r_t, one after the other, and each adds what it
    remembers. So a prediction knows what was read before, as with input feeding; where to look
    next does not depend on it, and all steps stay one call (the first layer asks, as in Wu et
    al. 2016, section 3).
    With `predict_from`, the readout sees zeros in place of a_t, or of s_t: what is each worth?
    """

    def __init__(
        self,
        size: int,
        d_model: int,
        d_state: int,
        dropout: float,
        context: Context,
        feed: Feed | None = None,
        predict_from: Readout = "both",
        word_dropout: float = 0.0,
        layers_above: int = 0,
    ) -> None:
        super().__init__()
        self.embedding = OutputEmbedding(size, d_model, word_dropout)
        self.rnn = nn.GRU(d_model + (feed.size if feed else 0), d_state, batch_first=True)
        self.context = context
        self.feed = feed
        self.readout = nn.Linear(2 * d_state, d_model)
        self.above = nn.ModuleList(
            nn.GRU(d_model, d_model, batch_first=True) for _ in range(layers_above)
        )
        self.sees = {"both": (1, 1), "context": (1, 0), "query": (0, 1)}[predict_from]
        self.dropout = VariationalDropout(dropout)

    def forward(
        self,
        target_in: Int[Tensor, "B T"],
        memory: RecurrentMemory,
    ) -> Output:
        """Predict every next word; without input feeding in one call."""
        if self.feed is not None:
            return self.step_by_step(target_in, memory)
        embedded = self.dropout(self.embedding(target_in))
        queries, _ = self.rnn(embedded, memory.start.unsqueeze(0))
        vectors, weights = self.context(
            queries,
            memory.states,
            memory.mask,
            memory.keys,
        )
        readouts, _ = self.remember(self.read(vectors, queries))
        return Output(self.embedding.logits(readouts), as_maps(weights))

    def step_by_step(self, target_in: Int[Tensor, "B T"], memory: RecurrentMemory) -> Output:
        """Predict every next word one step after another, as input feeding must."""
        state, fed, _ = self.begin(memory)
        readouts, weights = [], []
        for embedded in self.dropout(self.embedding(target_in)).split(1, dim=1):
            readout, row, (state, fed) = self.advance(embedded, memory, state, fed)
            readouts.append(readout)
            weights.append(row)
        together, _ = self.remember(torch.cat(readouts, dim=1))
        return Output(self.embedding.logits(together), as_maps(torch.cat(weights, dim=1)))

    def begin(self, memory: RecurrentMemory) -> Past:
        """Before the first word: the first state, nothing fed yet, nothing remembered yet."""
        size, d_model = memory.start.shape[0], self.readout.out_features
        fed = memory.start.new_zeros(size, self.feed.size if self.feed else 0)
        return memory.start, fed, memory.start.new_zeros(size, len(self.above), d_model)

    def step(self, tokens: Int[Tensor, "B"], memory: RecurrentMemory, past: Past) -> Step:
        """Predict the next word after `tokens`."""
        state, fed, remembered = past
        embedded = self.dropout(self.embedding(tokens.unsqueeze(1)))
        readout, weights, (state, fed) = self.advance(embedded, memory, state, fed)
        readout, remembered = self.remember(readout, remembered)
        logits = self.embedding.logits(readout.squeeze(1))
        return Step(logits, as_maps(weights).squeeze(3), (state, fed, remembered))

    def advance(
        self,
        embedded: Float[Tensor, "B 1 d_model"],
        memory: RecurrentMemory,
        state: Float[Tensor, "B d_state"],
        fed: Float[Tensor, "B d_feed"],
    ) -> tuple[Float[Tensor, "B 1 d_model"], Float[Tensor, "B 1 S"], tuple[Tensor, Tensor]]:
        """Do one step up to the readout; gives the state and what is fed to the next step, too."""
        given = torch.cat([embedded, fed.unsqueeze(1)], dim=2)
        query, last = self.rnn(given, state.unsqueeze(0).contiguous())
        vector, weights = self.context(query, memory.states, memory.mask, memory.keys)
        readout = self.read(vector, query)
        if self.feed is not None:
            fed = self.feed(vector.squeeze(1), readout.squeeze(1))
        return readout, weights, (last.squeeze(0), fed)

    def remember(
        self,
        readouts: Float[Tensor, "B T d_model"],
        before: Float[Tensor, "B layers d_model"] | None = None,
    ) -> tuple[Float[Tensor, "B T d_model"], Float[Tensor, "B layers d_model"]]:
        """Let the layers above read what was read out, and add what they remember.

        Gives their last states, too, from which the next step begins; without
        layers, none.
        """
        readouts = self.dropout(readouts)
        lasts = [readouts.new_zeros(readouts.shape[0], 0, readouts.shape[2])]
        for layer, rnn in enumerate(self.above):
            start = None
            if before is not None:
                start = before[None, :, layer].contiguous()  # [1, B, d_model]
            states, last = rnn(readouts, start)
            readouts = readouts + self.dropout(states)
            lasts.append(last.transpose(0, 1))  # [B, 1, d_model]
        return readouts, torch.cat(lasts, dim=1)

    def read(
        self, vectors: Float[Tensor, "B T d_state"], queries: Float[Tensor, "B T d_state"]
    ) -> Float[Tensor, "B T d_model"]:
        """Join the vectors read with the queries: Luong's attentional vector, equation 5."""
        of_context, of_query = self.sees
        joined = torch.cat([of_context * vectors, of_query * queries], dim=2)
        readouts: Tensor = self.readout(joined)
        return readouts.tanh()


def as_maps(weights: Float[Tensor, "B T S"]) -> Float[Tensor, "B 1 1 T S"]:
    """The map of one layer with one head."""
    return weights[:, None, None]


class Seq2Seq(Model):
    """Encoder, socket, decoder. Rungs 1 to 3 differ in the context alone.

    The decoder starts from the encoder's last state (Sutskever et al. 2014, section 2); with
    `learned_start` it starts from a learned vector, and then the whole source must pass through
    the socket.
    """

    def __init__(self, encoder: Encoder, decoder: Decoder, learned_start: bool = False) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        d_state = decoder.rnn.hidden_size
        self.start = nn.Parameter(torch.zeros(d_state)) if learned_start else None

    @property
    def embeddings(self) -> tuple[Embedding, Embedding]:
        """Of the source's tokens and of the target's."""
        return self.encoder.embedding, self.decoder.embedding

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, "B"]) -> RecurrentMemory:
        """Read the source once."""
        states, last = self.encoder(source, lengths)
        # A copy for each sentence: a GPU's GRU wants them side by side in memory.
        start = last if self.start is None else self.start.repeat(source.shape[0], 1)
        keys = self.decoder.context.keys(states)
        return RecurrentMemory(states, keys, padding_mask(lengths, source.shape[1]), start)

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, "B"],
        target_in: Int[Tensor, "B T"],
    ) -> Output:
        """Predict every next target word, given the true words before it (teacher forcing)."""
        output: Output = self.decoder(target_in, self.encode(source, lengths))
        return output

    def begin(self, memory: RecurrentMemory) -> Past:
        """What is remembered before the first word."""
        return self.decoder.begin(memory)

    def step(self, tokens: Int[Tensor, "B"], memory: RecurrentMemory, past: Past) -> Step:
        """Predict the next word after `tokens`."""
        return self.decoder.step(tokens, memory, past)
