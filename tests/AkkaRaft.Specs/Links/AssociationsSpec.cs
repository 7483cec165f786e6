using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using AkkaRaft.Links;

namespace AkkaRaft.Specs.Links;

/// <summary>What Akka.Remote does with associations, and how one that is dead on one side only comes back.</summary>
public sealed class AssociationsSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ActorSystem _here = ActorSystem.Create("app", Remoting);
    private readonly ActorSystem _there = ActorSystem.Create("app", Remoting);

    private static Config Remoting => ConfigurationFactory.ParseString(
        """
        akka {
          stdout-loglevel = OFF, loglevel = OFF, log-dead-letters = off
          actor.provider = remote
          remote { retry-gate-closed-for = 200 ms, dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
        }
        """);

    private Address There => ((ExtendedActorSystem)_there).Provider.DefaultAddress;

    public Task InitializeAsync()
    {
        _there.ActorOf(Props.Create(() => new Echo()), "echo");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Task.WhenAll(_here.Terminate(), _there.Terminate());

    [Fact]
    public async Task One_message_by_a_second_name_silences_an_association_until_it_is_renewed()
    {
        await EchoAsync(Patience);
        _here.ActorSelection($"{There.WithHost("localhost")}/user/echo").Tell("to a second name");
        await AwaitSilenceAsync();

        Assert.True(Renew(There));

        await EchoAsync(Patience);
    }

    [Fact]
    public async Task A_renewed_association_carries_messages_again_as_often_as_it_is_renewed()
    {
        for (var round = 0; round < 5; round++)
        {
            Assert.True(Renew(There));
            await EchoAsync(Patience);
        }
    }

    [Fact]
    public void Without_remoting_and_for_the_system_itself_there_is_nothing_to_renew()
    {
        Assert.False(Renew(((ExtendedActorSystem)_here).Provider.DefaultAddress));
        Assert.False(Renew(Address.Parse("akka://app")));
    }

    [Fact]
    public async Task A_living_node_that_is_banned_comes_back_when_it_is_asked_and_silent()
    {
        await EchoAsync(Patience);
        ((IRemoteActorRefProvider)((ExtendedActorSystem)_here).Provider).Quarantine(There, UidOf(_there));
        await AwaitSilenceAsync();
        Assert.False(await TryEchoAsync(TimeSpan.FromSeconds(2)), "The ban ended by itself: is Associations.LiftBan still needed?");

        Associations.Of(_here).Renew(There, ContactGap.Long);

        await EchoAsync(Patience);
    }

    [Fact]
    public async Task What_a_node_says_of_the_time_before_an_association_does_not_end_that()
    {
        var (associations, patience) = (Associations.Of(_here), TimeSpan.FromHours(1));
        await EchoAsync(Patience);
        var began = Stopwatch.GetTimestamp();
        while (!associations.IsEstablished(There))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "The association was not noticed.");
            await Task.Delay(10);
        }

        Assert.False(associations.RenewUnheard(There, patience));
        await Task.Delay(10);
        Assert.True(associations.RenewUnheard(There, TimeSpan.FromMilliseconds(4)));
        Assert.False(associations.RenewUnheard(There, patience));
    }

    private static int UidOf(ActorSystem system) => AddressUidExtension.Uid(system);

    private bool Renew(Address node) => Associations.Of(_here).Renew(node, ContactGap.VeryLong);

    private async Task AwaitSilenceAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (await TryEchoAsync(TimeSpan.FromMilliseconds(500)))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "The association was not silenced: is Associations.Renew still needed?");
        }
    }

    private async Task EchoAsync(TimeSpan within)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await TryEchoAsync(TimeSpan.FromMilliseconds(500)))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < within, $"No echo from {There} within {within}.");
        }
    }

    private async Task<bool> TryEchoAsync(TimeSpan within)
    {
        try
        {
            await _here.ActorSelection($"{There}/user/echo").Ask<string>("anybody there?", within);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
