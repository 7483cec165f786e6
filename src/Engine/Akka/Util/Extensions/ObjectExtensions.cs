namespace Akka.Util.Extensions;

public static class ObjectExtensions
{
    public static Option<T> AsOption<T>(this T obj) => Option<T>.Create(obj);
}
