using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>The actor that a test receives with, and what it can be told to do.</summary>
public static class TestActor
{
    public delegate bool Ignore(object message);

    public static AutoPilot NoAutoPilot => TestKit.NoAutoPilot.Instance;

    public static AutoPilot KeepRunning => TestKit.KeepRunning.Instance;

    public static NullMessageEnvelope NullMessage => NullMessageEnvelope.Instance;

    public class SetIgnore(Ignore ignore) : INoSerializationVerificationNeeded
    {
        public Ignore Ignore { get; } = ignore;
    }

    public class Watch(IActorRef actorToWatch) : INoSerializationVerificationNeeded
    {
        public IActorRef Actor { get; } = actorToWatch;

        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public class Unwatch(IActorRef actorToUnwatch) : INoSerializationVerificationNeeded
    {
        public IActorRef Actor { get; } = actorToUnwatch;

        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public class SetAutoPilot(AutoPilot autoPilot) : INoSerializationVerificationNeeded
    {
        public AutoPilot AutoPilot { get; } = autoPilot;
    }

    public class Spawn(Props props, Option<string> name, Option<SupervisorStrategy> supervisorStrategy)
        : INoSerializationVerificationNeeded
    {
        public readonly Props _props = props;
        public readonly Option<string> _name = name;
        public readonly Option<SupervisorStrategy> _supervisorStrategy = supervisorStrategy;

        public IActorRef Apply(IActorRefFactory context) =>
            _name.HasValue ? context.ActorOf(_props, _name.Value) : context.ActorOf(_props);
    }

    internal sealed class InternalTestActor(ReceivedMessages received) : ActorBase
    {
        private readonly DelegatingSupervisorStrategy _supervisorStrategy = new();
        private Ignore? _ignore;
        private AutoPilot _autoPilot = TestKit.NoAutoPilot.Instance;

        protected override SupervisorStrategy SupervisorStrategy() => _supervisorStrategy;

        protected override bool Receive(object message)
        {
            switch (message)
            {
                case SetIgnore ignore:
                    _ignore = ignore.Ignore;
                    break;
                case Watch watch:
                    Context.Watch(watch.Actor);
                    watch.Done.TrySetResult();
                    break;
                case Unwatch unwatch:
                    Context.Unwatch(unwatch.Actor);
                    unwatch.Done.TrySetResult();
                    break;
                case SetAutoPilot autoPilot:
                    _autoPilot = autoPilot.AutoPilot;
                    break;
                case Spawn spawn:
                    var child = spawn.Apply(Context);
                    if (spawn._supervisorStrategy.HasValue) _supervisorStrategy.Update(child, spawn._supervisorStrategy.Value);
                    received.Add(new RealMessageEnvelope(child, Self));
                    break;
                default:
                    Record(message);
                    break;
            }

            return true;
        }

        /// <summary>What nobody looked at is not lost without a trace.</summary>
        protected override void PostStop()
        {
            foreach (var envelope in received.ToArray())
                Context.System.DeadLetters.Tell(
                    new DeadLetter(envelope.Message, envelope.Sender ?? Context.System.DeadLetters, Self), envelope.Sender!);
        }

        private void Record(object message)
        {
            var next = _autoPilot.Run(Sender, message);
            if (next is not TestKit.KeepRunning) _autoPilot = next;
            if (_ignore is null || !_ignore(message)) received.Add(new RealMessageEnvelope(message, Sender));
        }
    }
}
