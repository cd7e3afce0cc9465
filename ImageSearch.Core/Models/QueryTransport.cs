namespace ImageSearch.Core.Models;

/// <summary>How the picture of a query gets from web to a model's extractors. docs/rpc.md says when which is worth it.</summary>
public enum QueryTransport
{
    /// <summary><c>POST /embed</c>: web chooses the replica.</summary>
    Http,

    /// <summary>Request and reply over the model's RabbitMQ queue: the replica that is free takes the next. Needs the servers backend.</summary>
    Rpc,
}
