namespace Akka;

/// <summary>Something has completed, and there is nothing more to say about it.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}

/// <summary>Stands where a type argument is needed and none is used.</summary>
public sealed class NotUsed : IEquatable<NotUsed>, IComparable<NotUsed>
{
    public static readonly NotUsed Instance = new();

    private NotUsed()
    {
    }

    public bool Equals(NotUsed? other) => other is not null;

    public override bool Equals(object? obj) => obj is NotUsed;

    public override int GetHashCode() => 0;

    public int CompareTo(NotUsed? other) => other is null ? 1 : 0;

    public override string ToString() => "NotUsed";
}
