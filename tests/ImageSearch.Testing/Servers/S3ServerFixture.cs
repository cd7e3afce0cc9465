namespace ImageSearch.Testing.Servers;

/// <summary>The S3 server that tests share: the run's, or one of this assembly.</summary>
public sealed class S3ServerFixture() : ServerFixture<S3Server>(S3Server.Missing, S3Server.OfRun, S3Server.StartAsync);
