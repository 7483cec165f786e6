namespace Akka.Util;

public static class ThreadLocalRandom
{
    [ThreadStatic]
    private static Random? _random;

    public static Random Current => _random ??= new Random();
}
