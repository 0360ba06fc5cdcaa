/**
 * Portuguese words, and foreign ones at home in it, that are the code of a fund or a share as well: `deva` of DEVA11, `vale`
 * of VALE3. A question that holds one of them rarely means the paper. Upper case, as codes are.
 */
export const EVERYDAY_WORDS: ReadonlySet<string> = new Set([
  ...["APTO", "AURA", "BOAS", "CARE", "CASH", "DAMA", "DEVA", "EURO", "GAME", "GOLD", "HASH", "HOME", "JURO"],
  ...["LEVE", "LIFE", "LOFT", "MALL", "MANA", "META", "MORE", "PORT", "RAIZ", "REDE", "REIT", "RENT", "ROOF"],
  ...["SEED", "SHOW", "SOJA", "SOMA", "VALE", "VINO", "VIVA", "VIVO"],
]);
