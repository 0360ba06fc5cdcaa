import type { RefusalReason } from "../../../domain/release/refusal-reasons.ts";
import type { CacheErrorCode, CacheFaultKind } from "../../../ports/cache-port.ts";

const REASON_TEXTS: Readonly<Record<RefusalReason, string>> = {
  "bad-hash": "views:hash não é um hash de catálogo",
  "bad-json": "uma view não é JSON",
  "bad-list": "views:list não é uma lista de entidades",
  "bad-mark": "views:loaded não é 1",
  "hash-mismatch": "as views não têm o hash publicado",
  "invalid-entity": "o nome de uma view não é permitido",
  "invalid-view": "uma view viola uma regra",
  "missing-hash": "falta views:hash",
  "missing-list": "falta views:list",
  "missing-view": "falta uma view",
  "cache-aborted": "o serviço está parando",
  "cache-busy": "o cache está ocupado",
  "cache-closed": "o cache está fechado",
  "cache-rejected": "o cache respondeu com erro",
  "cache-timeout": "o cache não respondeu a tempo",
  "cache-too-large": "o valor é grande demais para o cache",
  "cache-unavailable": "o cache não pode ser alcançado",
  "source-aborted": "o serviço está parando",
  "source-changing": "os arquivos mudaram durante cada tentativa de leitura",
  "source-not-found": "a pasta não existe",
  "source-unreadable": "a pasta não pode ser lida",
  "foreign-fleet": "o catálogo de outra frota está publicado",
  "invalid-catalog": "o catálogo em disco é inválido",
  "signing-keys-unusable": "as chaves de assinatura não podem ser lidas",
  "generation-conflict": "outro catálogo tem a mesma geração",
  "manifest-malformed": "o manifesto está malformado",
  "manifest-missing": "falta o manifesto, que é exigido",
  "manifest-stripped": "falta o manifesto, mas o catálogo ativo é assinado",
  "manifest-too-large": "o manifesto é grande demais",
  "manifest-unchecked": "o manifesto é exigido, mas não verificado",
  rollback: "a geração é menor que a ativa",
  "signature-invalid": "nenhuma assinatura do manifesto é de uma chave conhecida",
  "signed-hash-mismatch": "o manifesto assina outro hash de catálogo",
  "signed-view-absent": "falta uma view assinada",
  "signed-view-changed": "uma view difere do seu hash assinado",
  "view-not-signed": "uma view não está assinada",
};

const CACHE_ERROR_TEXTS: Readonly<Record<CacheErrorCode, string>> = {
  aborted: "a chamada foi cancelada",
  busy: "o cache está ocupado",
  closed: "o cache está fechado",
  rejected: "o Redis respondeu com erro",
  timeout: "o Redis não respondeu a tempo",
  "too-large": "o valor é grande demais",
  unavailable: "sem conexão com o Redis",
};

const FAULT_TEXTS: Readonly<Record<CacheFaultKind, string>> = {
  certificate: "o certificado do servidor não é confiável",
  "client-certificate":
    "o servidor exige um certificado de cliente; defina REDIS_TLS_CERT e REDIS_TLS_KEY, ou tls-auth-clients no no servidor",
  "closed-early":
    "o servidor fechou a conexão; uma porta que exige TLS precisa de rediss://, e um proxy a fecha se o servidor atrás dele está fora do ar ou não aceita HELLO",
  "cluster-down":
    "o cluster está fora do ar: poucos primários respondem, ou um slot não tem dono; veja CLUSTER INFO",
  "cluster-node":
    "este servidor é um nó de um cluster e não tem as chaves; use redis-cluster://, e uma hash tag em CACHE_NAMESPACE",
  database: "o Redis recusou o número do banco em REDIS_URL",
  disk: "o Redis não consegue gravar em seu disco e recusa gravações; veja o log dele",
  "hash-tag":
    "as chaves estão em slots diferentes do cluster; use uma hash tag, como CACHE_NAMESPACE={mosaic}",
  loading: "o Redis ainda está carregando seus dados",
  "memory-full": "o Redis está sem memória e recusa gravações; veja maxmemory e sua política",
  "no-answer":
    "o servidor aceitou a conexão, mas não respondeu a tempo; use rediss:// se a porta exige TLS; o servidor, ou o que está atrás de um proxy, pode estar travado, fora do ar ou sem HELLO",
  "no-cluster":
    "nenhum nó respondeu com os slots de um cluster; redis-cluster:// precisa de nós de um só cluster",
  "no-hello":
    "o servidor não conhece HELLO ou INFO: é um proxy que o Mosaic não pode usar, não é Redis, ou sua configuração os renomeia",
  "no-password": "o Redis exige uma senha; REDIS_URL não tem",
  "no-replicas": "poucas réplicas estão conectadas ao primário, que recusa gravações (min-replicas-to-write)",
  "no-sentinel": "nenhum Sentinel respondeu; veja os hosts de REDIS_URL e REDIS_SENTINEL_PASSWORD",
  password: "o Redis recusou o usuário e a senha de REDIS_URL",
  permission:
    "o sistema ou o runtime não permite a conexão: um socket Unix tem dono e modo; no Deno, --allow-net precisa ter cada servidor que os Sentinels ou um cluster citam, e um socket precisa também de --allow-read e --allow-write",
  "primary-lost": "esta réplica do Redis perdeu seu primário",
  protected: "o Redis está em modo protegido e só aceita clientes locais",
  refused: "conexão recusada",
  replica:
    "este servidor é uma réplica e recusa gravações; se isso durar, REDIS_URL precisa indicar o primário, ou os Sentinels (redis-sentinel://)",
  rights: "falta uma permissão ao usuário de REDIS_URL",
  sentinel: "este servidor é um Sentinel; use redis-sentinel://host[:port][,host[:port]…]#name",
  "sentinel-password":
    "os Sentinels recusaram o login, ou falta uma permissão ao usuário; veja REDIS_SENTINEL_USERNAME e REDIS_SENTINEL_PASSWORD",
  "slot-moving": "as chaves estão sendo movidas para outro nó do cluster",
  "slot-unserved": "nenhum primário do cluster tem o slot das chaves; veja CLUSTER SLOTS",
  "slow-handshake":
    "o Redis respondeu, mas não ficou pronto a tempo: está carregando seus dados, ou a conexão é lenta",
  timeout: "a conexão demorou demais; verifique o firewall, e use redis:// se a porta não tem TLS",
  tls: "o servidor não usa TLS nesta porta; use redis://",
  "unknown-host": "nome do host não encontrado",
  "unknown-primary": "os Sentinels não conhecem um primário com este nome; veja SENTINEL MASTERS",
  unreachable: "não é possível alcançar o host",
};

/**
 * Causes in Portuguese, by the codes whose English texts are in the domain and in the adapters. A newer service may
 * send codes that are not listed here.
 */
export const CAUSES_PT = {
  reasons: new Map<string, string>([
    ...Object.entries(REASON_TEXTS),
    ["absent", "nenhum catálogo está publicado: falta views:loaded"],
  ]),
  cacheErrors: new Map<string, string>(Object.entries(CACHE_ERROR_TEXTS)),
  faults: new Map<string, string>(Object.entries(FAULT_TEXTS)),
};
