// The rungs of the ladder: the one place of the engine that names them.

import * as ch1 from "./ch1_bottleneck.js";
import * as ch2 from "./ch2_averaging.js";
import * as ch3 from "./ch3_attention.js";
import * as ch4 from "./ch4_self_attention.js";
import * as ch5 from "./ch5_one_stack.js";

/** By the name of a variant: what is plugged in, and what it is plugged into. */
export const VARIANTS = Object.fromEntries(
  [ch1, ch2, ch3, ch4, ch5].flatMap(({ variants, assemble }) =>
    Object.entries(variants).map(([name, make]) => [name, { make, assemble }]),
  ),
);
