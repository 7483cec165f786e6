namespace Akka.Actor.Internal;

/// <summary>Which actor the current thread runs.</summary>
public static class InternalCurrentActorCellKeeper
{
    [ThreadStatic]
    private static ActorCell? s_current;

    public static ActorCell? Current
    {
        get => s_current;
        set => s_current = value;
    }
}

/// <summary>Told when the constructor is done.</summary>
public interface IInitializableActor
{
    void Init();
}
