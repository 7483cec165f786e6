namespace Hocon;

public enum HoconCallbackType
{
    Resource,
    File,
    Url,
}

public enum HoconType
{
    Empty,
    Object,
    Array,
    Boolean,
    Number,
    String,
}

public enum HoconLiteralType
{
    Null,
    Whitespace,
    UnquotedString,
    QuotedString,
    TripleQuotedString,
    Bool,
    Long,
    Hex,
    Octal,
    Double,
}
