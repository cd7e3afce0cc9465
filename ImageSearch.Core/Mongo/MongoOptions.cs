using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Core.Mongo;

/// <summary>How MongoDB is used. Configuration section <c>Mongo</c>. Times that the connection string names win over those here.</summary>
public sealed class MongoOptions
{
    public const string Section = "Mongo";

    /// <summary>Connections of this process (<c>maxPoolSize</c>), opened when they are needed. Default 8.</summary>
    [Range(1, 64, ErrorMessage = "Mongo:Connections must be between 1 and 64.")]
    public int Connections { get; set; } = 8;

    /// <summary>How long to look for a server that can serve a call (<c>serverSelectionTimeoutMS</c>). Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00", ErrorMessage = "Mongo:ServerSelectionTimeout must be between 0.1 s and 5 min.")]
    public TimeSpan ServerSelectionTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may take to open (<c>connectTimeoutMS</c>). Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00", ErrorMessage = "Mongo:ConnectTimeout must be between 0.1 s and 5 min.")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the server may be silent before the connection is given up (<c>socketTimeoutMS</c>); it is told to give up a query after
    /// four fifths of it. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:30:00", ErrorMessage = "Mongo:SocketTimeout must be between 0.1 s and 30 min.")]
    public TimeSpan SocketTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server waits for a change before it tells a reader of the feed that there is none. Default 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:01", ErrorMessage = "Mongo:FeedWait must be between 10 ms and 1 s.")]
    public TimeSpan FeedWait { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often to look for collections and indexes that are missing, and to compare the clocks. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Mongo:HousekeepingInterval must be between 1 s and 1 h.")]
    public TimeSpan HousekeepingInterval { get; set; } = TimeSpan.FromSeconds(30);
}
