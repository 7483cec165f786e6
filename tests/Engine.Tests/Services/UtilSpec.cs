using Akka.Util;
using Akka.Util.Internal;

namespace Engine.Tests.Services;

public class UtilSpec
{
    [Fact]
    public void An_option_has_a_value_or_none()
    {
        Option<int> some = 5;

        Assert.True(some.HasValue);
        Assert.Equal("Some<5>", some.ToString());
        Assert.Equal(10, some.Select(x => x * 2).Value);
        Assert.Equal(7, Option<int>.None.GetOrElse(7));
        Assert.Equal("None", Option<int>.None.ToString());
        Assert.Equal(some, new Option<int>(5));
        Assert.NotEqual(some, Option<int>.None);
        Assert.True(Option<string>.Create(null!).IsEmpty);
    }

    [Fact]
    public void A_try_keeps_its_result_or_its_failure()
    {
        var failed = Try<int>.From(() => throw new InvalidOperationException("no"));

        Assert.Equal(3, Try<int>.From(() => 3).Get());
        Assert.False(failed.IsSuccess);
        Assert.Equal("no", Assert.Throws<InvalidOperationException>(() => failed.Get()).Message);
        Assert.Equal(4, failed.GetOrElse(() => 4).Get());
        Assert.Equal(2, failed.RecoverWith(failure => new Try<int>(failure.Message.Length)).Get());
    }

    [Fact]
    public void Results_are_equal_when_their_outcomes_are()
    {
        var failure = new InvalidOperationException();

        Assert.Equal(Result.Success(1), Result.From(() => 1));
        Assert.Equal(Result.Failure<int>(failure), Result.From<int>(() => throw failure));
        Assert.NotEqual(Result.Success(1), Result.Failure<int>(failure));
        Assert.Equal("ok", Result.FromTask(Task.FromResult("ok")).Value);
    }

    [Fact]
    public void Either_folds_from_the_side_it_has()
    {
        Either<int, string> left = Either.Left(1);
        Either<int, string> right = Either.Right("r");

        Assert.True(left.IsLeft);
        Assert.Equal("1", left.Fold(x => x.ToString(), x => x));
        Assert.Equal("r!", right.MapRight(x => x + "!").Value);
    }

    [Fact]
    public void A_switch_that_fails_to_switch_stays_as_it_was()
    {
        var toggle = new Switch();

        Assert.Throws<InvalidOperationException>(() => toggle.SwitchOn(() => throw new InvalidOperationException()));
        Assert.True(toggle.IsOff);
        Assert.True(toggle.SwitchOn());
        Assert.False(toggle.SwitchOn());
        Assert.True(toggle.WhileOn(() => { }));
        Assert.False(toggle.IfOff(() => Assert.Fail("it is on")));
    }

    [Fact]
    public void Counters_count_from_nought_with_Next()
    {
        Assert.Equal(0, new AtomicCounter().Next());
        Assert.Equal(0L, new AtomicCounterLong().Next());
        var counter = new AtomicCounter(5);
        Assert.Equal(5, counter.GetAndIncrement());
        Assert.Equal(8, counter.AddAndGet(2));
        Assert.True(counter.CompareAndSet(8, 1));
        Assert.Equal(1, counter.GetAndSet(0));
    }

    [Theory]
    [InlineData("hello", "h*o", true)]
    [InlineData("hello", "HELL?", true)]
    [InlineData("hello", "h?llo world", false)]
    [InlineData("", "*", true)]
    [InlineData("abcabc", "*abc", true)]
    [InlineData("abcabd", "*abc", false)]
    [InlineData("a", "?*?", false)]
    public void Wildcards_stand_for_any_characters(string text, string pattern, bool fits) =>
        Assert.Equal(fits, text.Like(pattern));

    [Fact]
    public void Type_names_bear_no_version()
    {
        Assert.Equal("System.String, System.Private.CoreLib", typeof(string).TypeQualifiedName());
        Assert.Equal(
            "System.Collections.Generic.List`1[[System.Int32, System.Private.CoreLib]], System.Private.CoreLib",
            typeof(List<int>).TypeQualifiedName());
        Assert.Equal(typeof(UtilSpec), Type.GetType(typeof(UtilSpec).TypeQualifiedName()));
    }

    [Fact]
    public void Dotted_paths_are_split_outside_of_quotes() =>
        Assert.Equal(["akka", "/a/b.c/*", "d"], "akka.\"/a/b.c/*\".\"d\"".SplitDottedPathHonouringQuotes());

    [Fact]
    public void A_token_bucket_says_how_long_to_wait()
    {
        var bucket = new Bucket(10, 2);
        bucket.Init();

        Assert.Equal(0, bucket.Offer(10));
        Assert.Equal(10, bucket.Offer(5));
        bucket.Time = 30;
        Assert.Equal(0, bucket.Offer(10));
        Assert.Equal(2, bucket.Offer(1));
        bucket.Time = long.MinValue;
        bucket.Init();
        Assert.Equal(0, bucket.Offer(10));
    }

    [Fact]
    public void A_lazy_value_is_made_once()
    {
        var made = 0;
        var lazy = new FastLazy<int>(() => ++made);

        Assert.False(lazy.IsValueCreated());
        Parallel.For(0, 100, _ => Assert.Equal(1, lazy.Value));
        Assert.Equal(1, made);
    }

    [Fact]
    public void An_index_keeps_sets_of_values()
    {
        var index = new Index<string, int>();

        Assert.True(index.Put("a", 1));
        Assert.False(index.Put("a", 1));
        index.Put("a", 2);
        index.Put("b", 1);
        Assert.Equal([1, 2], index["a"].Order());
        index.RemoveValue(1);
        Assert.Equal([2], index["a"]);
        Assert.Equal([2], index.Remove("a"));
        Assert.True(index.IsEmpty);
    }

    private sealed class Bucket(long capacity, long ticksBetweenTokens) : TokenBucket(capacity, ticksBetweenTokens)
    {
        public long Time { get; set; }

        public override long CurrentTime => Time;
    }
}
