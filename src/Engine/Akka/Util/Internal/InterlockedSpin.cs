namespace Akka.Util.Internal;

public static class InterlockedSpin
{
    /// <summary>Replaces the reference by what <paramref name="updater"/> makes of it, again when another thread was faster.</summary>
    public static T Swap<T>(ref T reference, Func<T, T> updater) where T : class
    {
        var spin = new SpinWait();
        while (true)
        {
            var current = Volatile.Read(ref reference);
            var updated = updater(current);
            if (ReferenceEquals(Interlocked.CompareExchange(ref reference, updated, current), current)) return updated;
            spin.SpinOnce();
        }
    }

    public static TReturn ConditionallySwap<T, TReturn>(
        ref T reference, Func<T, ValueTuple<bool, T, TReturn>> updateIfTrue) where T : class
    {
        var spin = new SpinWait();
        while (true)
        {
            var current = Volatile.Read(ref reference);
            var (shouldUpdate, updated, result) = updateIfTrue(current);
            if (!shouldUpdate) return result;
            if (ReferenceEquals(Interlocked.CompareExchange(ref reference, updated, current), current)) return result;
            spin.SpinOnce();
        }
    }
}
