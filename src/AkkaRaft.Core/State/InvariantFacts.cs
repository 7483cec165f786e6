using System.Runtime.CompilerServices;
using System.Text;

namespace AkkaRaft.Core;

/// <summary>The text of a broken invariant, which costs nothing while the invariant holds.</summary>
[InterpolatedStringHandler]
internal readonly ref struct InvariantFacts
{
    private readonly StringBuilder? _text;

    /// <summary>Takes note of whether the text is wanted.</summary>
    public InvariantFacts(int literalLength, int formattedCount, bool condition, out bool isWanted)
    {
        isWanted = !condition;
        _text = isWanted ? new StringBuilder(literalLength + (formattedCount * 8)) : null;
    }

    /// <summary>Adds a text.</summary>
    public void AppendLiteral(string literal) => _text?.Append(literal);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => _text?.Append(value);

    /// <inheritdoc />
    public override string ToString() => _text?.ToString() ?? "";
}
