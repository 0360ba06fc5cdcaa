/**
 * Portuguese words, and foreign ones at home in it, that are the code of a fund or a share as well: `deva` of DEVA11, `vale`
 * of VALE3. A question that holds one of them rarely means the paper. Upper case, as codes are. Foreign words that nobody
 * uses in Portuguese, such as `vino` and `life`, are none: who writes one means the fund.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set([
  ...["APTO", "AURA", "BOAS", "CASH", "DAMA", "DEVA", "EURO", "GAME", "GOLD", "HASH", "HOME", "JURO"],
  ...["LEVE", "LOFT", "MALL", "MANA", "META", "MORE", "RAIZ", "REDE", "REIT", "SHOW", "SOJA", "SOMA", "VALE"],
  ...["VIVA", "VIVO"],
]);
