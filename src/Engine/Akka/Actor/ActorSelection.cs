using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>A path, perhaps with wildcards, that each message is sent along; whoever lives there at that moment gets it.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection()
    {
        Anchor = ActorRefs.Nobody;
        Path = [];
    }

    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path == "" ? [] : path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        Path = elements.Where(e => e.Length > 0).Select(Parse).ToArray();
        for (var i = 0; i < Path.Length - 1; i++)
        {
            if (Path[i] is SelectChildRecursive)
                throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
        }
    }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join("/", Path.Select(p => p.ToString()));

    public void Tell(object message, IActorRef? sender = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        DeliverSelection((IInternalActorRef)Anchor, sender, new ActorSelectionMessage(message, Path));
    }

    /// <exception cref="ActorNotFoundException">Nobody answered in time, or nobody is there.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        ActorIdentity identity;
        try
        {
            identity = await this.Ask<ActorIdentity>(new Identify(null!), timeout, ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }

        return identity.Subject ?? throw new ActorNotFoundException("subject was null");
    }

    public override bool Equals(object? obj) =>
        obj is ActorSelection other && Equals(Anchor, other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path.ToStringWithUid()}), Path({PathString})]";

    /// <summary>Walks the selection from <paramref name="anchor"/> as far as actors of this process go, and hands on the rest.</summary>
    internal static void DeliverSelection(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        if (selection.Elements.Length == 0)
        {
            anchor.Tell(selection.Message, sender);
            return;
        }

        var current = anchor;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (current is not ActorRefWithCell withCell)
            {
                current.Tell(selection.Copy(elements: selection.Elements[i..]), sender);
                return;
            }

            var isLast = i == selection.Elements.Length - 1;
            switch (selection.Elements[i])
            {
                case SelectParent:
                    current = current.Parent;
                    break;
                case SelectChildName child:
                    current = withCell.GetSingleChild(child.Name);
                    if (current is Nobody)
                    {
                        // Behind a wildcard it is nothing unusual that some branch has no such child.
                        if (!selection.WildCardFanOut)
                            NobodyThere(anchor, selection).Tell(selection, sender);
                        return;
                    }

                    break;
                case SelectChildRecursive:
                    foreach (var descendant in Descendants(withCell))
                        descendant.Tell(selection.Message, sender);
                    return;
                case SelectChildPattern pattern:
                    FanOut(anchor, withCell, pattern, isLast ? [] : selection.Elements[(i + 1)..], selection, sender);
                    return;
            }

            if (isLast)
                current.Tell(selection.Message, sender);
        }
    }

    private static void FanOut(
        IInternalActorRef anchor, ActorRefWithCell parent, SelectChildPattern pattern, SelectionPathElement[] rest,
        ActorSelectionMessage selection, IActorRef sender)
    {
        var matching = parent.Children.Where(c => WildcardMatch.Like(c.Path.Name, pattern.PatternStr)).Cast<IInternalActorRef>().ToList();
        if (matching.Count == 0 && !selection.WildCardFanOut)
        {
            NobodyThere(anchor, selection).Tell(selection, sender);
            return;
        }

        var onward = selection.Copy(elements: rest, wildCardFanOut: selection.WildCardFanOut || matching.Count > 1);
        foreach (var child in matching)
            DeliverSelection(child, sender, onward);
    }

    private static EmptyLocalActorRef NobodyThere(IInternalActorRef anchor, ActorSelectionMessage selection) => new(
        anchor.Provider,
        anchor.Path / selection.Elements.Select(e => e.ToString()!),
        anchor.Provider.Settings.System.EventStream);

    private static IEnumerable<IActorRef> Descendants(ActorRefWithCell parent)
    {
        foreach (var child in parent.Children)
        {
            yield return child;
            if (child is not ActorRefWithCell withCell)
                continue;
            foreach (var descendant in Descendants(withCell))
                yield return descendant;
        }
    }

    private static SelectionPathElement Parse(string element) => element switch
    {
        ".." => SelectParent.Instance,
        "**" => SelectChildRecursive.Instance,
        _ when element.Contains('*') || element.Contains('?') => new SelectChildPattern(element),
        _ => new SelectChildName(element),
    };
}

public class ActorSelectionMessage : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    {
        Message = message;
        Elements = elements;
        WildCardFanOut = wildCardFanOut;
    }

    public object Message { get; }

    public SelectionPathElement[] Elements { get; }

    /// <summary>A wildcard has matched several actors: those that lead nowhere are then no dead letters.</summary>
    public bool WildCardFanOut { get; }

    public ActorSelectionMessage Copy(object? message = null, SelectionPathElement[]? elements = null, bool? wildCardFanOut = null) =>
        new(message ?? Message, elements ?? Elements, wildCardFanOut ?? WildCardFanOut);

    public override string ToString() =>
        $"ActorSelectionMessage - Message: {Message} - WildCartFanOut: {WildCardFanOut}"
        + $" - Elements: {string.Join<SelectionPathElement>("/", Elements)}";
}

public abstract class SelectionPathElement
{
}

public class SelectChildName : SelectionPathElement
{
    public SelectChildName(string name) => Name = name;

    public string Name { get; }

    public override bool Equals(object? obj) => obj is SelectChildName other && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}

public class SelectChildPattern : SelectionPathElement
{
    public SelectChildPattern(string patternStr) => PatternStr = patternStr;

    public string PatternStr { get; }

    public override bool Equals(object? obj) => obj is SelectChildPattern other && PatternStr == other.PatternStr;

    public override int GetHashCode() => PatternStr.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => PatternStr;
}

public class SelectChildRecursive : SelectionPathElement
{
    public static readonly SelectChildRecursive Instance = new();

    public override bool Equals(object? obj) => obj is SelectChildRecursive;

    public override int GetHashCode() => "**".GetHashCode(StringComparison.Ordinal);

    public override string ToString() => "**";
}

public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    public override bool Equals(object? obj) => obj is SelectParent;

    public override int GetHashCode() => "..".GetHashCode(StringComparison.Ordinal);

    public override string ToString() => "..";
}
