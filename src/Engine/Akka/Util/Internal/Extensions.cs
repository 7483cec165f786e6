using System.Text;

namespace Akka.Util.Internal;

public static class Extensions
{
    public static T AsInstanceOf<T>(this object self) => (T)self;

    public static IEnumerable<T> Concat<T>(this IEnumerable<T> enumerable, T item) => enumerable.Append(item);

    public static IEnumerable<T> Drop<T>(this IEnumerable<T> self, int count) => self.Skip(count);

    public static T Head<T>(this IEnumerable<T> self) => self.FirstOrDefault()!;

    public static IEnumerable<T> TakeRight<T>(this IEnumerable<T> self, int n) => self.TakeLast(n);

    public static void ForEach<T>(this IEnumerable<T> source, Action<T> action)
    {
        foreach (var item in source) action(item);
    }

    public static string Join(this IEnumerable<string> self, string separator) => string.Join(separator, self);

    public static string BetweenDoubleQuotes(this string self) => $"\"{self}\"";

    public static TimeSpan Max(this TimeSpan @this, TimeSpan other) => @this > other ? @this : other;

    public static TimeSpan Min(this TimeSpan @this, TimeSpan other) => @this < other ? @this : other;

    public static void AddOrSet<TKey, TValue>(this IDictionary<TKey, TValue> hash, TKey key, TValue value) => hash[key] = value;

    public static IDictionary<TKey, TValue> AddAndReturn<TKey, TValue>(this IDictionary<TKey, TValue> hash, TKey key, TValue value)
    {
        hash[key] = value;
        return hash;
    }

    public static TValue GetOrElse<TKey, TValue>(this IDictionary<TKey, TValue> hash, TKey key, TValue elseValue) =>
        hash.TryGetValue(key, out var value) ? value : elseValue;

    /// <summary>Splits at the dots that stand outside double quotes; the quotes themselves are left out.</summary>
    public static IEnumerable<string> SplitDottedPathHonouringQuotes(this string path)
    {
        var part = new StringBuilder();
        var quoted = false;
        foreach (var character in path)
        {
            if (character == '"') quoted = !quoted;
            else if (character != '.' || quoted) part.Append(character);
            else if (part.Length > 0)
            {
                yield return part.ToString();
                part.Clear();
            }
        }

        if (part.Length > 0) yield return part.ToString();
    }
}
