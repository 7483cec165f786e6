using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

public sealed class PersistenceSettings : Settings
{
    public PersistenceSettings(ActorSystem system, Config config)
        : base(system, config)
    {
        Internal = new InternalSettings(config);
        View = new ViewSettings(config);
        AtLeastOnceDelivery = new AtLeastOnceDeliverySettings(config.GetConfig("akka.persistence.at-least-once-delivery"));
    }

    public InternalSettings Internal { get; }

    public ViewSettings View { get; }

    public AtLeastOnceDeliverySettings AtLeastOnceDelivery { get; set; }

    /// <summary>For tests: whether plugins tell the event stream what they were asked.</summary>
    public sealed class InternalSettings
    {
        public InternalSettings(Config config)
        {
            PublishPluginCommands = config.GetBoolean("akka.persistence.publish-plugin-commands", false);
            PublishConfirmations = config.GetBoolean("akka.persistence.publish-confirmations", false);
        }

        public bool PublishPluginCommands { get; }

        public bool PublishConfirmations { get; }
    }

    public sealed class ViewSettings
    {
        public ViewSettings(Config config)
        {
            AutoUpdate = config.GetBoolean("akka.persistence.view.auto-update", true);
            AutoUpdateInterval = config.GetTimeSpan("akka.persistence.view.auto-update-interval", TimeSpan.FromSeconds(5));
            var replayMax = config.GetLong("akka.persistence.view.auto-update-replay-max", -1);
            AutoUpdateReplayMax = replayMax < 0 ? long.MaxValue : replayMax;
        }

        public bool AutoUpdate { get; }

        public TimeSpan AutoUpdateInterval { get; }

        public long AutoUpdateReplayMax { get; }
    }

    public sealed class AtLeastOnceDeliverySettings
    {
        public AtLeastOnceDeliverySettings(
            TimeSpan redeliverInterval,
            int redeliveryBurstLimit,
            int warnAfterNumberOfUnconfirmedAttempts,
            int maxUnconfirmedMessages)
        {
            RedeliverInterval = redeliverInterval;
            RedeliveryBurstLimit = redeliveryBurstLimit;
            WarnAfterNumberOfUnconfirmedAttempts = warnAfterNumberOfUnconfirmedAttempts;
            MaxUnconfirmedMessages = maxUnconfirmedMessages;
        }

        public AtLeastOnceDeliverySettings(Config config)
            : this(
                config.GetTimeSpan("redeliver-interval", null),
                config.GetInt("redelivery-burst-limit", 0),
                config.GetInt("warn-after-number-of-unconfirmed-attempts", 0),
                config.GetInt("max-unconfirmed-messages", 0))
        {
        }

        public TimeSpan RedeliverInterval { get; }

        public int RedeliveryBurstLimit { get; }

        public int WarnAfterNumberOfUnconfirmedAttempts { get; }

        public int MaxUnconfirmedMessages { get; }

        public AtLeastOnceDeliverySettings WithRedeliverInterval(TimeSpan redeliverInterval) =>
            new(redeliverInterval, RedeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, MaxUnconfirmedMessages);

        public AtLeastOnceDeliverySettings WithMaxUnconfirmedMessages(int maxUnconfirmedMessages) =>
            new(RedeliverInterval, RedeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, maxUnconfirmedMessages);

        public AtLeastOnceDeliverySettings WithRedeliveryBurstLimit(int redeliveryBurstLimit) =>
            new(RedeliverInterval, redeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, MaxUnconfirmedMessages);

        public AtLeastOnceDeliverySettings WithUnconfirmedAttemptsToWarn(int unconfirmedAttemptsToWarn) =>
            new(RedeliverInterval, RedeliveryBurstLimit, unconfirmedAttemptsToWarn, MaxUnconfirmedMessages);
    }
}
