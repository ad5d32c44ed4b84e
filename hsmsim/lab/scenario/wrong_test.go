package scenario

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const small = `clusters:
  - hsms:
      - {node: 0, address: 10.0.0.1}
      - {node: 1, address: 10.0.0.2}
    users:
      - {id: 1, type: CO, name: admin, password: adminpw1}
      - {id: 3, type: CU, name: alice, password: alicepw1}
      - {id: 4, type: CU, name: bob, password: bobspw1}
    keys:
      - {handle: 6, class: secret, owner: 3}
      - {handle: 7, class: public, owner: 3, pair: 8}
      - {handle: 8, class: private, owner: 3, pair: 7}
`

// wrongEdits spoil the small world by putting new for the first old; "" appends.
var wrongEdits = []struct {
	name, old, new, want string
}{
	{"a misspelt field", "address: 10.0.0.2", "adress: 10.0.0.2",
		"w:4: clusters[0].hsms[1]: unknown field \"adress\" (did you mean \"address\"?)\nw:4: clusters[0].hsms[1].address: is missing"},
	{"a field that is like no other", "", "colour: red\n", `w:13: unknown field "colour"`},
	{"a field of the wrong case", "", "Region: eu-west-1\n", `w:13: unknown field "Region" (did you mean "region"?)`},
	{"a control character in a name", "", "\"a\\nb\": 1\n", `w:13: unknown field "a\nb"`},
	{"a field twice", "node: 1", "node: 1, node: 2", `w:4: clusters[0].hsms[1]: field "node" is given twice, first on line 4`},
	{"a service twice", "", "    quorum: {3: 1, \"3\": 1}\n", `w:13: clusters[0].quorum: field "3" is given twice, first on line 13`},
	{"an anchor", "{node: 0", "&a {node: 0", "w:3: clusters[0].hsms[0]: anchors (&) and aliases (*) are not supported: write the value out"},
	{"an anchor on a name", "node: 0", "&a node: 0", "w:3: clusters[0].hsms[0]: anchors (&) and aliases (*) are not supported: write the value out\nw:3: clusters[0].hsms[0].node: is missing"},
	{"an alias", "", "region: *a\n", "w:1: not YAML: unknown anchor 'a' referenced"},
	{"a merge", "node: 0", "node: 0, <<: {name: x}", "w:3: clusters[0].hsms[0]: merging (<<) is not supported: write the fields out"},
	{"a tag", "10.0.0.2", "!!str 10.0.0.2", "w:4: clusters[0].hsms[1].address: tags (!) are not supported"},
	{"a mapping as a name", "", "? {a: b}\n: c\n", "w:13: the name of a field must be one word"},
	{"nothing after the colon", "", "region:\n", "w:13: region: is empty: give a value, or leave the field out"},
	{"a second document", "", "---\nregion: eu-west-1\n", "w:13: a second document begins here: a scenario is one document"},
	{"a second document that is not YAML", "", "---\n}\n", "w:14: not YAML: did not find expected node content"},
	{"a bracket too many", "hsms:", "hsms: ]", "w:2: not YAML: did not find expected node content"},
	{"a bracket too few", "10.0.0.2}", "10.0.0.2", "w:4: not YAML: did not find expected ',' or '}'"},
	{"a line that is not indented enough", "    users:", "   users:", "w:2: not YAML: did not find expected '-' indicator"},
	{"a tab", "    users:", "\tusers:", "w:5: not YAML: found character that cannot start any token"},
	{"a colon too few", "10.0.0.2", "10.0.0.2}\n    users\n    x: {a: b", "w:5: not YAML: could not find expected ':'"},
	{"text without quotes", "", "account: 111122223333\n", "w:13: account: must be text, not a number: put it in quotes"},
	{"a number with a leading zero", "id: 3", "id: 03", "w:7: clusters[0].users[1].id: must be a whole number, at most 2147483647"},
	{"a number that is too large", "id: 3", "id: 3000000000", "w:7: clusters[0].users[1].id: must be a whole number, at most 2147483647"},
	{"a handle that is too large", "handle: 6", "handle: 4294967296", "w:10: clusters[0].keys[0].handle: must be a whole number from 0 to 4294967295"},
	{"a negative handle", "handle: 6", "handle: -6", "w:10: clusters[0].keys[0].handle: must be a whole number from 0 to 4294967295"},
	{"a word as a service", "", "    quorum: {three: 1}\n", "w:13: clusters[0].quorum.three: the name of this field must be a whole number"},

	{"an endpoint for all", "", "endpoint: {address: \"0.0.0.0:80\"}\n", "w:13: endpoint.address: can be reached by other machines: use 127.0.0.1, or set expose"},
	{"an endpoint without a port", "", "endpoint: {address: 127.0.0.1}\n", "w:13: endpoint.address: must be an address and a port, such as 127.0.0.1:4566"},
	{"a short secret", "", "access_keys: [{id: AKIAIOSFODNN7EXAMPLE, secret: short}]\n", "w:13: access_keys[0].secret: must be 16 to 128 visible ASCII characters"},
	{"no access keys", "", "access_keys: []\n", "w:13: access_keys: is empty: give a key, or leave the field out"},
	{"a policy that is none", "", "access_keys: [{id: AKIAIOSFODNN7EXAMPLE, secret: wJalrXUtnFEMI-K7MDENG, user: Bob}]\niam_users: [{name: Bob, policies: ['{}']}]\n",
		"w:14: iam_users[0].policies[0]: The policy document has no Statement."},
	{"a user without a key", "", "iam_users: [{name: Bob}]\n", `w:13: iam_users[0].name: no access key has the user "Bob"`},
	{"a key store without kmsuser", "", "kms: {key_stores: [{id: cks-1234567890abcdef0, name: s, state: CONNECTED}]}\n",
		"w:13: kms.key_stores[0].state: to be connected, the cluster needs a CU kmsuser without a second factor and failures on every HSM"},
	{"a key store without a password", "", "kms: {key_stores: [{id: cks-1234567890abcdef0, name: s}]}\n",
		"w:13: kms.key_stores[0].password: is missing: the cluster has no kmsuser whose password it could be"},
	{"a key store without a cluster", "", "kms: {key_stores: [{id: cks-1234567890abcdef0, name: s, cluster: c}]}\n", `w:13: kms.key_stores[0].cluster: there is no cluster "c"`},
	{"a KMS key in no store", "", "kms: {keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, store: x, handle: 6}]}\n", `w:13: kms.keys[0].store: there is no custom key store "x"`},
	{"a handle without a store", "", "kms: {keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, handle: 6}]}\n", "w:13: kms.keys[0].handle: only keys in a custom key store have one"},
	{"short material", "", "kms: {keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, material: \"00\"}]}\n", "w:13: kms.keys[0].material: must be 32 bytes, not 1"},
	{"an alias of AWS", "", "kms: {keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, aliases: [alias/aws/s3]}]}\n",
		"w:13: kms.keys[0].aliases[0]: must be alias/ and 1 to 250 letters, digits and /_-, and not begin with alias/aws/"},
	{"somebody else's backing key", "", "kms:\n  key_stores: [{id: cks-1234567890abcdef0, name: s, password: longEnough}]\n  keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, store: cks-1234567890abcdef0, handle: 6}]\n",
		"w:15: kms.keys[0].handle: must be that of an AES key of 32 bytes that belongs to kmsuser"},
	{"a fault of no kind", "", "faults: [{kind: fire}]\n", `w:13: faults[0].kind: must be one of down, refused, slow, sessions, kms, full, gone, not "fire"`},
	{"a fault without an HSM", "", "faults: [{kind: sessions}]\n", "w:13: faults[0].hsm: is missing: fault sessions needs an HSM: an address, name or id"},
	{"a fault of KMS with an HSM", "", "faults: [{kind: kms, hsm: 10.0.0.1}]\n", "w:13: faults[0].hsm: fault kms has no HSM"},
	{"a fault without a subnet", "", "faults: [{kind: full}]\n", "w:13: faults[0].subnet: is missing: fault full needs a subnet: an id or zone"},
	{"a fault of an HSM with a subnet", "", "faults: [{kind: down, hsm: 10.0.0.1, subnet: eu-west-1a}]\n", "w:13: faults[0].subnet: fault down has no subnet"},
	{"a fault of an HSM that there is not", "", "faults:\n  - {kind: down, hsm: 10.0.0.1}\n  - {kind: down, hsm: 10.0.0.3}\n", `w:15: faults[1].hsm: no HSM has the address, name or id "10.0.0.3"`},
	{"a fault of a subnet that there is not", "", "faults: [{kind: full, subnet: eu-west-1x}]\n", `w:13: faults[0].subnet: no cluster has a subnet with the id or in the zone "eu-west-1x"`},
	{"a fault in the past", "", "faults: [{kind: kms, in: -1s}]\n", "w:13: faults[0].in: must be 0s to 87600h, not -1s"},
	{"a fault that is too late", "", "faults: [{kind: kms, in: 87601h}]\n", "w:13: faults[0].in: must be 0s to 87600h, not 87601h0m0s"},
	{"a fault for too long", "", "faults: [{kind: kms, for: 87601h}]\n", "w:13: faults[0].for: must be 0s to 87600h, not 87601h0m0s"},
	{"a subnet that comes back", "", "faults: [{kind: gone, subnet: eu-west-1a, for: 1h}]\n", "w:13: faults[0].for: a subnet that is gone does not come back"},
	{"a fault that waits for two things", "", "faults: [{kind: kms, in: 1h, at_call: 'kms:Encrypt'}]\n", "w:13: faults[0].at_call: must not stand beside in"},
	{"a call of an HSM that the fault has not", "", "faults: [{kind: kms, at_call: Login}]\n",
		"w:13: faults[0].at_call: fault kms has no HSM whose calls could be counted: name an operation of AWS, such as kms:Encrypt"},
	{"a call of no service", "", "faults: [{kind: kms, at_call: 's3:GetObject'}]\n",
		`w:13: faults[0].at_call: service "s3": not one of cloudhsmv2, cloudtrail, ec2, kms, logs, monitoring, sts`},
	{"no call", "", "faults: [{kind: kms, at_call: 'kms:Encrypt:0'}]\n", "w:13: faults[0].at_call: the number of calls must be 1 to 1000000, not 0"},
	{"a seed that is too large", "", "seed: 9007199254740993\n", "w:13: seed: must be a whole number, at most 9007199254740992"},
	{"a seed below nothing", "", "seed: -1\n", "w:13: seed: must be 0 to 9007199254740992, not -1"},
	{"a region that is none", "", "region: Europe\n", "w:13: region: must look like eu-west-1"},
	{"an account with too few digits", "", "account: \"1234\"\n", "w:13: account: must be 12 digits"},
	{"an unknown generation", "", "generation: new\n", `w:13: generation: must be one of classic, late, not "new"`},
	{"a year too early", "", "clock: {start: 1999-12-31T23:59:59Z}\n", "w:13: clock.start: must be in the years 2000 to 2199"},
	{"the zero time", "", "clock: {start: 0001-01-01T00:00:00Z}\n", "w:13: clock.start: must be in the years 2000 to 2199"},
	{"a year too late", "", "clock: {start: 2200-01-01T00:00:00Z}\n", "w:13: clock.start: must be in the years 2000 to 2199"},
	{"a clock that runs backwards", "", "clock: {rate: -1}\n", "w:13: clock.rate: must be 0 to 1000000"},
	{"a clock of no speed", "", "clock: {rate: .nan}\n", "w:13: clock.rate: must be a number in decimal digits"},
	{"a clock of endless speed", "", "clock: {rate: .inf}\n", "w:13: clock.rate: must be a number in decimal digits"},
	{"services that are too slow", "", "speed: 0.5\n", "w:13: speed: must be 1 to 100000"},
	{"services that are too fast", "", "speed: 100001\n", "w:13: speed: must be 1 to 100000"},
	{"a subnet of another region", "", "    subnets: [{zone: us-east-1a, cidr: 10.0.0.0/24}]\n", "w:13: clusters[0].subnets[0].zone: must be the region and a letter, such as eu-west-1a"},
	{"a subnet that is too small", "", "    subnets: [{zone: eu-west-1c, cidr: 10.0.0.0/29}]\n", "w:13: clusters[0].subnets[0].cidr: must be an IPv4 block of 16 to 65536 addresses such as 10.0.2.0/24"},
	{"a subnet with bits of a host", "", "    subnets: [{zone: eu-west-1c, cidr: 10.0.0.1/24}]\n", "w:13: clusters[0].subnets[0].cidr: must be an IPv4 block of 16 to 65536 addresses such as 10.0.2.0/24"},
	{"a subnet without its HSM", "", "    subnets: [{zone: eu-west-1b, cidr: 10.0.1.0/24}]\n", "w:13: clusters[0].subnets[0].cidr: the HSM 10.0.0.2 of this zone has no address in it"},
	{"two subnets in a zone", "", "    subnets: [{zone: eu-west-1c, cidr: 10.0.1.0/24}, {zone: eu-west-1c, cidr: 10.0.2.0/24}]\n",
		`w:13: clusters[0].subnets[1].zone: "eu-west-1c" is already taken by clusters[0].subnets[0].zone`},
	{"subnets that overlap", "", "    subnets: [{zone: eu-west-1c, cidr: 10.0.1.0/24}, {zone: eu-west-1d, cidr: 10.0.0.0/16}]\n",
		"w:13: clusters[0].subnets[1].cidr: has addresses of clusters[0].subnets[0]"},
	{"an id of a subnet that is none", "", "    subnets: [{zone: eu-west-1c, cidr: 10.0.1.0/24, id: subnet-1}]\n", "w:13: clusters[0].subnets[0].id: must be subnet- and 8 or 17 hexadecimal digits"},
	{"a subnet id twice", "", "    subnets: [{zone: eu-west-1c, cidr: 10.0.1.0/24, id: subnet-12345678}, {zone: eu-west-1d, cidr: 10.0.2.0/24, id: subnet-12345678}]\n",
		`w:13: clusters[0].subnets[1].id: "subnet-12345678" is already taken by clusters[0].subnets[0]`},
	{"an id of a backup that is none", "", "    backups: [{id: backup-1, age: 1h}]\n", "w:13: clusters[0].backups[0].id: must be backup- and 11 of 0-9 and a-z"},
	{"a backup that is too old", "", "    backups: [{age: 9097h}]\n", "w:13: clusters[0].backups[0].age: must be 0s to 9096h0m0s, not 9097h0m0s"},
	{"a backup of a cluster that is not activated", "", "  - {id: cluster-aaaaaaaaaaa, backups: [{age: 1h}]}\n", "w:13: clusters[1].backups: a cluster that is not activated has none"},
	{"an interval that is too long", "", "sync_interval: 25h\n", "w:13: sync_interval: must be 0s to 24h0m0s, not 25h0m0s"},

	{"no patience to connect", "", "client: {connect_timeout: 0s}\n", "w:13: client.connect_timeout: must be 1ms to 10m0s, not 0s"},
	{"too much patience for answers", "", "client: {request_timeout: 11m}\n", "w:13: client.request_timeout: must be 1ms to 10m0s, not 11m0s"},
	{"no copy of new keys", "", "client: {create_object_minimum_nodes: 0}\n", "w:13: client.create_object_minimum_nodes: must be 1 to 28, not 0"},
	{"an unknown state of the daemon", "", "client: {daemon: up}\n", `w:13: client.daemon: must be one of running, absent, lost, not "up"`},
	{"an unknown state of the certificate", "", "client: {customer_ca: late}\n", `w:13: client.customer_ca: must be one of present, absent, not "late"`},
	{"a home that is no node", "", "client: {home: 5}\n", "w:13: client.home: the cluster of the first server has no node 5"},
	{"no servers", "", "client: {servers: []}\n", "w:13: client.servers: is empty: name a server, or leave the field out"},
	{"a server twice and one that is nowhere", "", "client:\n  servers:\n    - 10.0.0.2\n    - 10.0.0.2\n    - 10.0.0.9\n",
		"w:16: client.servers[1]: \"10.0.0.2\" is already taken by client.servers[0]\nw:17: client.servers[2]: no HSM has the address \"10.0.0.9\""},

	{"an id that is none", "- hsms", "- id: cluster-1\n    hsms", "w:2: clusters[0].id: must be cluster- and 11 of 0-9 and a-z"},
	{"an empty id", "- hsms", "- id: \"\"\n    hsms", "w:2: clusters[0].id: must be cluster- and 11 of 0-9 and a-z"},
	{"a second cluster without id", "", "  - hsms: []\n", "w:13: clusters[1].id: is missing: only the first cluster has a default"},
	{"two clusters with one id", "", "  - id: cluster-1a23b4cdefg\n", `w:13: clusters[1].id: "cluster-1a23b4cdefg" is already taken by clusters[0].id`},
	{"a clone of itself", "- hsms", "- cloned_from: cluster-1a23b4cdefg\n    hsms", `w:2: clusters[0].cloned_from: no cluster with the id "cluster-1a23b4cdefg" stands earlier in the file`},
	{"no room for keys", "", "    max_keys: 0\n", "w:13: clusters[0].max_keys: must be 1 to 1000000, not 0\nw:13: clusters[0].max_keys: must be at least 3, the keys on node 0\nw:13: clusters[0].max_keys: must be at least 3, the keys on node 1"},
	{"too little room for keys", "", "    max_keys: 2\n", "w:13: clusters[0].max_keys: must be at least 3, the keys on node 0\nw:13: clusters[0].max_keys: must be at least 3, the keys on node 1"},

	{"a node that is too large", "node: 1", "node: 64", "w:4: clusters[0].hsms[1].node: must be 0 to 63, not 64"},
	{"a node twice", "node: 1", "node: 0", `w:4: clusters[0].hsms[1].node: "0" is already taken by clusters[0].hsms[0].node`},
	{"an address twice", "10.0.0.2", "10.0.0.1", `w:4: clusters[0].hsms[1].address: "10.0.0.1" is already taken by clusters[0].hsms[0].address`},
	{"an address in two clusters", "", "  - {id: cluster-aaaaaaaaaaa, hsms: [{node: 0, address: 10.0.0.1}]}\n",
		`w:13: clusters[1].hsms[0].address: "10.0.0.1" is already taken by clusters[0].hsms[0].address`},
	{"an address that is none", "10.0.0.2", "10.0.0.256", "w:4: clusters[0].hsms[1].address: must be an IPv4 address such as 10.0.2.9"},
	{"a name with a blank", "10.0.0.2", "10.0.0.2, name: a b", "w:4: clusters[0].hsms[1].name: must be 1 to 63 visible ASCII characters without blanks"},
	{"the address of another HSM as name", "10.0.0.2", "10.0.0.2, name: 10.0.0.1", `w:4: clusters[0].hsms[1].name: "10.0.0.1" is already taken by clusters[0].hsms[0].address`},
	{"an HSM id that is none", "10.0.0.2", "10.0.0.2, id: hsm-1", "w:4: clusters[0].hsms[1].id: must be hsm- and 11 of 0-9 and a-z"},
	{"a zone of another region", "10.0.0.2", "10.0.0.2, zone: eu-west-2a", "w:4: clusters[0].hsms[1].zone: must be the region and a letter, such as eu-west-1a"},
	{"an unknown state", "10.0.0.2", "10.0.0.2, state: broken", `w:4: clusters[0].hsms[1].state: must be one of up, down, refused, slow, not "broken"`},
	{"an HSM without users", "10.0.0.2", "10.0.0.2, users: []", "w:4: clusters[0].hsms[1].users: must have 1 to 1024 entries, not 0"},

	{"no users", "", "  - {id: cluster-aaaaaaaaaaa, users: []}\n", "w:13: clusters[1].users: must have 1 to 1024 entries, not 0"},
	{"ids that do not ascend", "id: 4", "id: 3", "w:8: clusters[0].users[2].id: must be larger than the id before, 3"},
	{"an id that is too large", "id: 4", "id: 1025", "w:8: clusters[0].users[2].id: must be 1 to 1024, not 1025"},
	{"a name twice in another case", "name: bob", "name: Alice", `w:8: clusters[0].users[2].name: "alice" is already taken by clusters[0].users[1].name`},
	{"a name with a hyphen", "name: bob", "name: b-b", "w:8: clusters[0].users[2].name: must be 1 to 31 letters, digits and underscores"},
	{"an unknown type of user", "type: CU, name: bob", "type: cu, name: bob", `w:8: clusters[0].users[2].type: must be one of PRECO, PCO, CO, CU, AU, not "cu"`},
	{"a short password", "bobspw1", "bobspw", "w:8: clusters[0].users[2].password: must be 7 to 32 printable ASCII characters; only an AU has none"},
	{"no password", ", password: bobspw1", "", "w:8: clusters[0].users[2].password: must be 7 to 32 printable ASCII characters; only an AU has none"},
	{"an AU with a password", "type: CU, name: bob", "type: AU, name: bob", "w:8: clusters[0].users[2].password: an AU has no password"},
	{"an AU who failed", "type: CU, name: bob, password: bobspw1", "type: AU, name: bob, failures: 1", "w:8: clusters[0].users[2].failures: an AU has no password that could be wrong"},
	{"too many failures", "bobspw1", "bobspw1, failures: 256", "w:8: clusters[0].users[2].failures: must be 0 to 255, not 256"},
	{"no officer", "type: CO", "type: CU", "w:5: clusters[0].users: must have an officer: a PRECO, PCO or CO"},
	{"a PRECO beside users", "type: CO", "type: PRECO", "w:5: clusters[0].users: a PRECO is the officer of a cluster that is not activated: only AUs can stand beside it"},
	{"a second factor without key", "bobspw1", "bobspw1, two_factor: true", "w:8: clusters[0].users[2].two_factor: needs a quorum_key: the second factor is a signature of it"},
	{"a quorum key that is no PEM", "bobspw1", "bobspw1, quorum_key: x", "w:8: clusters[0].users[2].quorum_key: must be one PEM block that begins with -----BEGIN PUBLIC KEY-----"},
	{"an unknown service", "", "    quorum: {5: 1}\n", "w:13: clusters[0].quorum.5: no such service: 3 is user management, 4 the quorum settings"},
	{"a quorum of nobody", "", "    quorum: {3: 0}\n", "w:13: clusters[0].quorum.3: must be 1 to 8, not 0"},
	{"a quorum that nobody reaches", "", "    quorum: {4: 2}\n", "w:13: clusters[0].quorum.4: needs 2 users of type CO or PCO, node 0 has 1"},

	{"a handle twice", "handle: 6", "handle: 7", `w:11: clusters[0].keys[1].handle: "7" is already taken by clusters[0].keys[0].handle`},
	{"an internal handle", "handle: 6", "handle: 5", "w:10: clusters[0].keys[0].handle: must be 6 to 4294967295, not 5"},
	{"an unknown class", "class: secret", "class: hidden", `w:10: clusters[0].keys[0].class: must be one of secret, public, private, not "hidden"`},
	{"a secret RSA key", "class: secret", "class: secret, type: RSA", `w:10: clusters[0].keys[0].type: must be one of AES, DES3, GENERIC, not "RSA"`},
	{"an odd AES size", "class: secret", "class: secret, size: 20", "w:10: clusters[0].keys[0].size: must be 16 to 32 in steps of 8 bytes for AES, not 20"},
	{"a size of 0", "class: secret", "class: secret, size: 0", "w:10: clusters[0].keys[0].size: must be 16 to 32 in steps of 8 bytes for AES, not 0"},
	{"a short DES3 key", "class: secret", "class: secret, type: DES3, size: 16", "w:10: clusters[0].keys[0].size: must be 24 bytes for DES3, not 16"},
	{"a long generic key", "class: secret", "class: secret, type: GENERIC, size: 3584", "w:10: clusters[0].keys[0].size: must be 1 to 3583 bytes for GENERIC, not 3584"},
	{"an RSA key between two sizes", "class: public", "class: public, size: 2049", "w:11: clusters[0].keys[1].size: must be 2048 to 4096 in steps of 256 bits for RSA, not 2049\n" +
		"w:11: clusters[0].keys[1].pair: key 8 differs in type, size, curve or exponent\nw:12: clusters[0].keys[2].pair: key 7 differs in type, size, curve or exponent"},
	{"an EC key with a size", "class: public, owner: 3, pair: 8", "class: public, owner: 3, type: EC, size: 256", "w:11: clusters[0].keys[1].size: EC keys have a curve instead\n" +
		"w:12: clusters[0].keys[2].pair: key 7 does not name this key as its other half"},
	{"an unknown curve", "class: public, owner: 3, pair: 8", "class: public, owner: 3, type: EC, curve: P-224", "w:11: clusters[0].keys[1].curve: must be one of P-256, P-384, P-521, secp256k1, not \"P-224\"\n" +
		"w:12: clusters[0].keys[2].pair: key 7 does not name this key as its other half"},
	{"a curve of an AES key", "class: secret", "class: secret, curve: P-256", "w:10: clusters[0].keys[0].curve: only EC keys have a curve"},
	{"an exponent of an AES key", "class: secret", "class: secret, exponent: 3", "w:10: clusters[0].keys[0].exponent: only RSA keys have an exponent"},
	{"an even exponent", "", "      - {handle: 9, class: private, owner: 3, exponent: 4}\n", "w:13: clusters[0].keys[3].exponent: must be odd, and 3 to 2147483647"},
	{"material of a private key", "", "      - {handle: 9, class: private, owner: 3, size: 2048, material: ff}\n", "w:13: clusters[0].keys[3].material: only secret keys can have given material"},
	{"material of another size", "class: secret", "class: secret, size: 16, material: ff", "w:10: clusters[0].keys[0].material: has 1 bytes, but size is 16"},
	{"material that is no hex", "class: secret", "class: secret, material: fff", "w:10: clusters[0].keys[0].material: must be an even number of hex digits"},
	{"a hidden public key", "pair: 8", "pair: 8, extractable: false", "w:11: clusters[0].keys[1].extractable: public keys are always extractable"},
	{"a label of two lines", "class: secret", `class: secret, label: "a\nb"`, "w:10: clusters[0].keys[0].label: must be 1 to 127 bytes of printable text"},
	{"an id that is too long", "class: secret", "class: secret, id: " + strings.Repeat("x", 128), "w:10: clusters[0].keys[0].id: must be at most 127 bytes of printable text"},
	{"an owner who is a CO", "owner: 3", "owner: 1", "w:10: clusters[0].keys[0].owner: user 1 is no CU on node 0"},
	{"an owner who is missing on one node", "10.0.0.2", "10.0.0.2, users: [{id: 1, type: CO, name: admin, password: adminpw1}, {id: 4, type: CU, name: u, password: userspw1}]",
		"w:10: clusters[0].keys[0].owner: user 3 is no CU on node 1\nw:11: clusters[0].keys[1].owner: user 3 is no CU on node 1\nw:12: clusters[0].keys[2].owner: user 3 is no CU on node 1"},
	{"a key shared with its owner, twice and with nobody", "owner: 3", "owner: 3, shared: [3, 4, 4, 9]", "w:10: clusters[0].keys[0].shared[0]: user 3 is the owner\n" +
		"w:10: clusters[0].keys[0].shared[2]: user 4 is named twice\nw:10: clusters[0].keys[0].shared[3]: user 9 is no CU on node 0"},
	{"a shared public key", "pair: 8", "pair: 8, shared: [4]", "w:11: clusters[0].keys[1].shared: public keys are everybody's and cannot be shared"},
	{"more approvals than users", "owner: 3", "owner: 3, shared: [4], m_value: 3", "w:10: clusters[0].keys[0].m_value: the owner and those who share the key are only 2"},
	{"more approvals than there can be", "owner: 3", "owner: 3, m_value: 9", "w:10: clusters[0].keys[0].m_value: must be 0 to 8, not 9\nw:10: clusters[0].keys[0].m_value: the owner and those who share the key are only 1"},
	{"no nodes", "owner: 3", "owner: 3, nodes: []", "w:10: clusters[0].keys[0].nodes: is empty: name a node, or leave the field out"},
	{"a node twice and an unknown one", "owner: 3", "owner: 3, nodes: [1, 1, 2]", "w:10: clusters[0].keys[0].nodes[1]: node 1 is named twice\nw:10: clusters[0].keys[0].nodes[2]: the cluster has no node 2"},
	{"a pair of one", "pair: 7", "pair: 99", "w:11: clusters[0].keys[1].pair: key 8 does not name this key as its other half\nw:12: clusters[0].keys[2].pair: no key has the handle 99"},
	{"a pair of two owners", "class: private, owner: 3", "class: private, owner: 4", "w:11: clusters[0].keys[1].pair: key 8 has another owner\nw:12: clusters[0].keys[2].pair: key 7 has another owner"},
	{"a pair of two public keys", "class: private", "class: public", "w:11: clusters[0].keys[1].pair: both halves are public keys\nw:12: clusters[0].keys[2].pair: both halves are public keys"},
	{"a pair of secret keys", "owner: 3", "owner: 3, pair: 7", "w:10: clusters[0].keys[0].pair: secret keys are not pairs"},
	{"an unknown attribute", "owner: 3", "owner: 3, attributes: {MODULUS: 1}", "w:10: clusters[0].keys[0].attributes.MODULUS: no such attribute: the names are ALWAYS_SENSITIVE, DECRYPT, DERIVE, DESTROYABLE, ENCRYPT, NEVER_EXTRACTABLE, PRIVATE, SENSITIVE, SIGN, TRUSTED, UNWRAP, VERIFY, WRAP, WRAP_WITH_TRUSTED"},
	{"attributes with a place of their own", "owner: 3", "owner: 3, attributes: {EXTRACTABLE: 0, LOCAL: 0, TOKEN: 1}", "w:10: clusters[0].keys[0].attributes.EXTRACTABLE: is the field extractable of the key\n" +
		"w:10: clusters[0].keys[0].attributes.LOCAL: is the field local of the key\nw:10: clusters[0].keys[0].attributes.TOKEN: is always 1: session keys live only as long as their session"},
	{"an attribute of 2", "owner: 3", "owner: 3, attributes: {WRAP: 2}", "w:10: clusters[0].keys[0].attributes.WRAP: must be 0 or 1, not 2"},
	{"attributes that exclude each other", "owner: 3", "owner: 3, attributes: {NEVER_EXTRACTABLE: 1, SENSITIVE: 0, ALWAYS_SENSITIVE: 1}",
		"w:10: clusters[0].keys[0].attributes.NEVER_EXTRACTABLE: cannot be 1 for an extractable key\nw:10: clusters[0].keys[0].attributes.ALWAYS_SENSITIVE: cannot be 1 for a key that is not sensitive"},
	{"a next handle that is taken", "", "    next_handles: [9, 9, 6, 3]\n", "w:13: clusters[0].next_handles[1]: \"9\" is already taken by clusters[0].next_handles[0]\n" +
		"w:13: clusters[0].next_handles[2]: \"6\" is already taken by clusters[0].keys[0].handle\nw:13: clusters[0].next_handles[3]: must be 6 to 4294967295, not 3"},
	{"keys of an empty cluster", "", "  - {id: cluster-aaaaaaaaaaa, keys: [{handle: 6, class: secret, owner: 3}]}\n", "w:13: clusters[1].keys: the cluster has no HSM that could hold a key"},
	{"errors all over the file", "10.0.0.1", "10.0.0, colour: red", "w:3: clusters[0].hsms[0]: unknown field \"colour\""},
}

func TestWrongFilesAreRefusedWithLineFieldAndReason(t *testing.T) {
	if _, err := Parse("w", []byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range wrongEdits {
		t.Run(tt.name, func(t *testing.T) {
			data := small + tt.new
			if tt.old != "" {
				if !strings.Contains(small, tt.old) {
					t.Fatalf("the small world has no %q", tt.old)
				}
				data = strings.Replace(small, tt.old, tt.new, 1)
			}
			refused(t, data, tt.want)
		})
	}
}

func refused(t *testing.T, data, want string) {
	t.Helper()
	w, err := Parse("w", []byte(data))
	if err == nil || w != nil {
		t.Fatalf("got the world %v and the error %v", w, err)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
