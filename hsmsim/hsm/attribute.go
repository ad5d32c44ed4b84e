package hsm

// An AttributeID numbers a key attribute as in the guide's attribute reference (PKCS #11 numbers).
type AttributeID uint32

// The attributes of the guide.
const (
	AttrClass            AttributeID = 0
	AttrToken            AttributeID = 1
	AttrPrivate          AttributeID = 2
	AttrLabel            AttributeID = 3
	AttrTrusted          AttributeID = 134
	AttrKeyType          AttributeID = 256
	AttrID               AttributeID = 258
	AttrSensitive        AttributeID = 259
	AttrEncrypt          AttributeID = 260
	AttrDecrypt          AttributeID = 261
	AttrWrap             AttributeID = 262
	AttrUnwrap           AttributeID = 263
	AttrSign             AttributeID = 264
	AttrVerify           AttributeID = 266
	AttrDerive           AttributeID = 268
	AttrModulus          AttributeID = 288
	AttrModulusBits      AttributeID = 289
	AttrPublicExponent   AttributeID = 290
	AttrValueLen         AttributeID = 353
	AttrExtractable      AttributeID = 354
	AttrLocal            AttributeID = 355
	AttrNeverExtractable AttributeID = 356
	AttrAlwaysSensitive  AttributeID = 357
	AttrDestroyable      AttributeID = 370
	AttrKCV              AttributeID = 371
	AttrAll              AttributeID = 512
	AttrWrapWithTrusted  AttributeID = 528
	AttrWrapTemplate     AttributeID = 1073742353
	AttrUnwrapTemplate   AttributeID = 1073742354
)

// A Kind is how the value of an attribute is held.
type Kind uint8

// The kinds of attribute values.
const (
	KindBool   Kind = iota + 1 // Number is 0 or 1
	KindByte                   // Number is a small code (class, key type)
	KindNumber                 // Number has up to 32 bits
	KindText                   // Bytes is text
	KindBytes                  // Bytes is binary
)

// An Attribute is one attribute of a key with its value.
type Attribute struct {
	_      struct{} `cbor:",toarray"`
	ID     AttributeID
	Number uint64
	Bytes  []byte
}

// flags holds the boolean attributes of a key, one bit each.
type flags uint32

const (
	flagPrivate flags = 1 << iota
	flagTrusted
	flagSensitive
	flagEncrypt
	flagDecrypt
	flagWrap
	flagUnwrap
	flagSign
	flagVerify
	flagDerive
	flagExtractable
	flagLocal
	flagNeverExtractable
	flagAlwaysSensitive
	flagDestroyable
	flagWrapWithTrusted
)

// attributeRow says how one attribute is read.
type attributeRow struct {
	id   AttributeID
	name string // without OBJ_ATTR_
	kind Kind
	flag flags // of KindBool
}

// attributes is in the order in which a dump of all attributes has them (guide, getAttribute).
var attributes = []attributeRow{
	{AttrClass, "CLASS", KindByte, 0},
	{AttrKeyType, "KEY_TYPE", KindByte, 0},
	{AttrToken, "TOKEN", KindBool, 0},
	{AttrPrivate, "PRIVATE", KindBool, flagPrivate},
	{AttrEncrypt, "ENCRYPT", KindBool, flagEncrypt},
	{AttrDecrypt, "DECRYPT", KindBool, flagDecrypt},
	{AttrWrap, "WRAP", KindBool, flagWrap},
	{AttrUnwrap, "UNWRAP", KindBool, flagUnwrap},
	{AttrSign, "SIGN", KindBool, flagSign},
	{AttrVerify, "VERIFY", KindBool, flagVerify},
	{AttrLocal, "LOCAL", KindBool, flagLocal},
	{AttrSensitive, "SENSITIVE", KindBool, flagSensitive},
	{AttrExtractable, "EXTRACTABLE", KindBool, flagExtractable},
	{AttrLabel, "LABEL", KindText, 0},
	{AttrID, "ID", KindText, 0},
	{AttrValueLen, "VALUE_LEN", KindNumber, 0},
	{AttrKCV, "KCV", KindBytes, 0},
	{AttrModulus, "MODULUS", KindBytes, 0},
	{AttrModulusBits, "MODULUS_BITS", KindNumber, 0},
	{AttrPublicExponent, "PUBLIC_EXPONENT", KindBytes, 0},
	{AttrTrusted, "TRUSTED", KindBool, flagTrusted},
	{AttrWrapWithTrusted, "WRAP_WITH_TRUSTED", KindBool, flagWrapWithTrusted},
	{AttrDestroyable, "DESTROYABLE", KindBool, flagDestroyable},
	{AttrDerive, "DERIVE", KindBool, flagDerive},
	{AttrAlwaysSensitive, "ALWAYS_SENSITIVE", KindBool, flagAlwaysSensitive},
	{AttrNeverExtractable, "NEVER_EXTRACTABLE", KindBool, flagNeverExtractable},
}

func (id AttributeID) row() (attributeRow, bool) {
	for _, r := range attributes {
		if r.id == id {
			return r, true
		}
	}
	return attributeRow{}, false
}

// Name is the attribute's name without OBJ_ATTR_, "" for an unknown one.
func (id AttributeID) Name() string {
	r, _ := id.row()
	return r.name
}

// Kind is how the attribute's value is held, 0 for an unknown one.
func (id AttributeID) Kind() Kind {
	r, _ := id.row()
	return r.kind
}

// ParseAttribute finds an attribute by its name without OBJ_ATTR_.
func ParseAttribute(name string) (AttributeID, bool) {
	for _, r := range attributes {
		if r.name == name {
			return r.id, true
		}
	}
	return 0, false
}

// attribute reads one attribute; ok is false where this key has none of that id.
func (k *key) attribute(r attributeRow) (Attribute, bool) {
	a := Attribute{ID: r.id}
	switch r.id {
	case AttrClass:
		a.Number = uint64(k.Class)
	case AttrKeyType:
		a.Number = uint64(k.Type)
	case AttrToken:
		a.Number = bit(k.session == nil)
	case AttrLabel:
		a.Bytes = []byte(k.Label)
	case AttrID:
		a.Bytes = []byte(k.ID)
	case AttrValueLen:
		a.Number = uint64(k.ValueLen)
	case AttrKCV:
		a.Bytes = k.KCV
		return a, len(k.KCV) > 0
	case AttrModulus:
		a.Bytes = k.Modulus
		return a, len(k.Modulus) > 0
	case AttrModulusBits:
		a.Number = uint64(k.ModulusBits)
		return a, len(k.Modulus) > 0
	case AttrPublicExponent:
		a.Bytes = k.Exponent
		return a, len(k.Exponent) > 0
	default:
		a.Number = bit(k.Flags&r.flag != 0)
	}
	return a, true
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
