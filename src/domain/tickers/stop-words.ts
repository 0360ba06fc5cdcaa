/**
 * Portuguese words, and foreign words in common use in Portuguese, that are the code of a fund or a share as
 * well: `deva` of DEVA11, `vale` of VALE3. A question with one of them rarely means the ticker. Upper case,
 * as codes are. Foreign words that are not in use in Portuguese, such as `vino` and `life`, are not listed:
 * they mean the fund.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set([
  ...["APTO", "AURA", "BOAS", "CASH", "DAMA", "DEVA", "EURO", "GAME", "GOLD", "HASH", "HOME", "JURO"],
  ...["LEVE", "LOFT", "MALL", "MANA", "META", "MORE", "RAIZ", "REDE", "REIT", "SHOW", "SOJA", "SOMA", "VALE"],
  ...["VIVA", "VIVO"],
]);
