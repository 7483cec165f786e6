namespace AkkaRaft.Serialization;

/// <summary>Marks what <see cref="RaftMessageSerializer"/> writes, so that one binding covers it.</summary>
internal interface IRaftWireMessage;
