namespace Akka.TestKit;

/// <summary>A condition on a message of one type, where conditions on several types stand side by side.</summary>
public class PredicateInfo
{
    private readonly Func<object, bool> _matches;

    private PredicateInfo(Delegate predicate, Type type, Func<object, bool> matches)
    {
        PredicateT = predicate;
        Type = type;
        _matches = matches;
    }

    public Delegate PredicateT { get; }

    public Type Type { get; }

    public static PredicateInfo Create<T>(Predicate<T> predicate) =>
        new(predicate, typeof(T), message => message is T expected && predicate(expected));

    internal bool Matches(object message) => _matches(message);
}

public static class PredicateInfoFactory
{
    public static PredicateInfo CreatePredicateInfo<T>(Predicate<T> predicate) => PredicateInfo.Create(predicate);
}
