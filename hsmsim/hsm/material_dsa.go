package hsm

import (
	"crypto/dsa" //lint:ignore SA1019 the original makes DSA keys
	"crypto/rand"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// Domain parameters of DSA keys (p, q, g), made once for the simulator: finding them takes seconds, and many
// keys may have the same.
var dsaParameters = map[int][3]string{
	2048: {
		"a63a65f8c9ffbd214cce75d653a1f0ff3ce3244fe4d237fc71f87313d8de34347f3d15b36a445e154f41ebbceba5f7af" +
			"ea24ef0a83731e1e093a1f3975a39a344da97f20313a46268b8286d7ddbabf251a797bf1229d15255f1c6ba78920cadf" +
			"9547173aadba671bde317d59bdd41bf2c8495cb4bf736153a38f5c1a0a1691dc330c27753d1ab91e78b7256e39bd4ca5" +
			"db14aab390799a8407c6633825bf041504540484856f5505fcb8036c410479a70984994993eac2f9790c0c501501e7c7" +
			"4f8f6d407ebaed9eded3269ea627d75eb760917cf9255ede8d23081633341be9e55c42caebe154da5ca08a2f05f5a42a" +
			"5f12c00b0340efff2f67f02751745b69",
		"dc2c0db2837ee8cb275de79dcdb0573ccf297a79c76e26bb743f30ba4460a275",
		"338c6f3f3d9e0e12c09d2ceb20c3d72e748bc254f36e32b76f14d2a273162542601075ccedf9f2a9bf0123f66ae42300" +
			"962336acd47c344547924f2b6e25222085673eec4fb5d59521aaca486b77118cc965c41294a6519ce571dbd432c8db9f" +
			"c034bc03818e4628b67196639c0210c54dc6fb489ec65ff40872b8e3ed5d1c875de898053a9de1fa06ae32c24b0ecb43" +
			"9ef9e7b1c281c46effa0f88524009395f3f8fcb8597194fb0751da38fd85b70cdd398f4144aa9dd23b30d6194965b1a7" +
			"3735b2bf62c2a6306bc05a6b75d1002dbe403e7ad87a8efc61f5d54c79203ddb6a9c42c29384c8e0be3d7f6c24b6afab" +
			"2195851c0189a605f413234bb3c61315",
	},
	3072: {
		"a979a1ec5538cafb200fbd38aa2b9ff1629c45d3466a70fe39d7cd27f9a82110126f332dd66ea750f6556631f738631d" +
			"1a6452be5fbd26edfbcaa3e0756c62604f95a3d44238be7d81840128c3962b678996b683e569c34f7d888fda69cc0b81" +
			"829836448f228cf0ce4ef33e890bde1ae0d7d10d286ba069155a35171ded0a19920e29d71dc4d16a93c8c37b03628413" +
			"fcf4302e6fcc8a55703b0c52e30e3a27d17c3808743c20501d2607de6bf82925176cdfc3a95db94f1c89a669f1f73a8f" +
			"2113149a4d8bd382390d5544a7adef34866a2de9d142617a46d3e181b12b5faaa60f6818a3c580541f3a7e7247980402" +
			"d433f5426048413f32d20b8fb60d2dfc55467f3fd421c6d489ce6007ac306a16365c896540cf3b1dad1157cab9d3834a" +
			"efa296af69f025c4305099ad9e3a44c14c96b15efa1594c95055df6db1b62ad7271bb2fc4abb2da4cc6d70976c750436" +
			"158356b0258f0a6af71a0591c42b3337acc726b85d7ce7677d696ac8885a51922d2a85612cc5b9a5bde21be304a932e7",
		"9bbcafb837df6342d4230be99dfafdf644a46dbbefd6744130a5ccace673ba35",
		"6f2259c8fabac9270f48e3cfe9ae7793243ce5eaf1066ff7976886f1b6ec372428645ebdbf976479a580b68995973354" +
			"bb5fe8d5dc33b7a62cb4f0789cc872982901102251b3f13ebf93476c8c310758c5969e6212b55e19ed120ac85b7f8131" +
			"740a2b4aba7a604cd865b800f55b92e0c01455bbc9e9236edaa6a35fe097339c4f6327c2d5a88be47037a515d97648da" +
			"074c969303582464a8722f2db83220da005c7a18fe986bc66a7ff2a918412013fcbd04f8e7a628189410d0577872b450" +
			"86e603bccc681cdd77ac6899fdded702d5a7ad14fec07ebe754a708072b7a77c4232fc447f811d9d9d841cb8cd675a94" +
			"ccb1259af644db54e708b069ba2638db168dc19b55ea75b09939c435d6384e2c9c6f79d675643f4c34361e56d4cae85d" +
			"80d0602458ad2e9c9228c794656d8c61956efd1536f6b2d428450047681ca50da3fe8b5032b713b6b3ba6ae79e339fe0" +
			"c952981ee3e6f47c34513de8cdc768af5c5b3de9f12f6241ae0f8e48903b7dd7e7cebbbe7fc240df969ab5df7cd980f8",
	},
}

var oidDSA = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}

type dsaAlgorithm struct {
	Algorithm  asn1.ObjectIdentifier
	Parameters struct{ P, Q, G *big.Int }
}

type dsaSPKI struct {
	Algorithm dsaAlgorithm
	PublicKey asn1.BitString
}

type dsaPKCS8 struct {
	Version    int
	Algorithm  dsaAlgorithm
	PrivateKey []byte
}

// dsaSizeOK holds for the sizes of DSA keys in FIPS mode.
func dsaSizeOK(bits int) bool { return len(dsaParameters[bits][0]) > 0 }

func newDSA(bits int) (*dsa.PrivateKey, error) {
	text, ok := dsaParameters[bits]
	if !ok {
		return nil, fmt.Errorf("cannot make a DSA key of %d bits: only 2048 and 3072", bits)
	}
	key := &dsa.PrivateKey{}
	for i, n := range []**big.Int{&key.P, &key.Q, &key.G} {
		*n, _ = new(big.Int).SetString(text[i], 16)
	}
	if err := dsa.GenerateKey(key, rand.Reader); err != nil {
		return nil, fmt.Errorf("cannot make a DSA key: %w", err)
	}
	return key, nil
}

// fillDSA sets the halves of a pair from its key; either half may be nil.
func fillDSA(pub, priv *keyRecord, key *dsa.PrivateKey) error {
	algorithm := dsaAlgorithm{Algorithm: oidDSA}
	algorithm.Parameters.P, algorithm.Parameters.Q, algorithm.Parameters.G = key.P, key.Q, key.G
	y, err := asn1.Marshal(key.Y)
	if err != nil {
		return fmt.Errorf("cannot encode a DSA key: %w", err)
	}
	spki, err := asn1.Marshal(dsaSPKI{algorithm, asn1.BitString{Bytes: y, BitLength: 8 * len(y)}})
	if err != nil {
		return fmt.Errorf("cannot encode a DSA public key: %w", err)
	}
	for _, k := range []*keyRecord{pub, priv} {
		if k != nil {
			k.Modulus = key.Y.FillBytes(make([]byte, (key.P.BitLen()+7)/8))
			k.ModulusBits, k.ValueLen = uint32(key.P.BitLen()), uint32(len(k.Modulus))
			k.KCV = publicKCV(spki)
		}
	}
	if pub != nil {
		pub.Material = spki // domain parameters are nowhere else
	}
	if priv == nil {
		return nil
	}
	x, err := asn1.Marshal(key.X)
	if err != nil {
		return fmt.Errorf("cannot encode a DSA key: %w", err)
	}
	pkcs8, err := asn1.Marshal(dsaPKCS8{0, algorithm, x})
	if err != nil {
		return fmt.Errorf("cannot encode a DSA private key: %w", err)
	}
	priv.Material, priv.ValueLen = pkcs8, uint32(len(pkcs8))
	return nil
}
