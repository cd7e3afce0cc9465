namespace ImageSearch.Testing.Servers;

/// <summary>The <c>mongod</c> that tests share: the run's, or one of this assembly.</summary>
public sealed class MongoServerFixture() : ServerFixture<MongoServer>(MongoServer.Missing, MongoServer.OfRun, MongoServer.StartAsync);
