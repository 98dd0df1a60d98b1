using Microsoft.ML.Diffusion.Core.Ranks;

namespace Microsoft.ML.Diffusion.Mpi;

/// <summary>The processes that Open MPI's <c>mpirun</c> started, which train one network together.</summary>
/// <remarks>Open MPI 4 or 5 is the machine's. MPI ends all processes when one is lost; with
/// <see cref="Core.Training.CheckpointOptions"/> the same command, run again, goes on to the same bits, with any number of ranks.</remarks>
/// <example><code><![CDATA[
/// // mpirun -n 8 dotnet app.dll
/// MpiExchange.Run(ranks =>
/// {
///     var options = new DiffusionSynthesizeEstimator.Options { Method = TabDdpmOptions.Paper(), Exchange = ranks };
///     ITransformer maker = ml.Transforms.DiffusionSynthesize("Label", options).Fit(rows);
///     if (ranks.Rank == 0)
///         ml.Model.Save(maker, rows.Schema, "maker.zip");
/// });
/// ]]></code></example>
public sealed class MpiExchange : GradientExchange
{
    private readonly MpiLibrary _library;

    private MpiExchange(MpiLibrary library)
    {
        _library = library;
        (Rank, Ranks) = library.Initialize();
        Launch.RequireOpenMpi(Ranks);
    }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Ranks { get; }

    /// <summary>Does the work of this rank; all ranks leave together. A failure on one rank is written to standard error and ends
    /// them all, since the others would wait for it for ever. Started without <c>mpirun</c>, a process is the only rank. Once in a
    /// process.</summary>
    /// <param name="work">What this rank does: the same on all, but for what rank 0 alone writes.</param>
    /// <exception cref="GradientExchangeException">Open MPI is not installed, is another MPI, or was begun before.</exception>
    public static void Run(Action<MpiExchange> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        MpiExchange exchange = Start();
        try
        {
            work(exchange);
        }
        catch (Exception e) when (exchange.Ranks > 1)
        {
            Console.Error.WriteLine($"Rank {exchange.Rank}: {e}");
            exchange.Abort(exitCode: 1);
            throw;
        }

        exchange.End();
    }

    /// <summary>Joins the other ranks.</summary>
    internal static MpiExchange Start() => new(MpiLibrary.Load(MpiLibrary.Names));

    /// <summary>Leaves, once all ranks do.</summary>
    internal void End() => _library.End();

    /// <summary>Ends all ranks at once.</summary>
    internal void Abort(int exitCode) => _library.Abort(exitCode);

    internal override void AllToAll(
        ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts) =>
        _library.AllToAll(send, sendCounts, receive, receiveCounts);

    internal override void AllGather(ReadOnlySpan<float> own, Span<float> all, ReadOnlySpan<int> counts) =>
        _library.AllGather(own, all, counts);

    internal override void Broadcast(Span<byte> bytes) => _library.Broadcast(bytes);
}
