using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Core.Ranks;

/// <summary>Processes that train one network together: each computes the gradients of a part of every batch, and all add them up.</summary>
/// <remarks>
/// <para>Every process runs the same program on the same rows with the same options, and ends with the same model. A process is a rank,
/// 0 to <see cref="Ranks"/> - 1; rank 0 decides where the clock would, and writes checkpoints.</para>
/// <para>A batch is cut into the same parts whatever the number of ranks, and their gradients are added in the order of one tree: the model
/// is the same, bit for bit, for any number of ranks. It is not that of a training without an exchange, whose sums are rounded
/// otherwise.</para>
/// <para>The package Microsoft.ML.Diffusion.Mpi has the exchange for ranks that <c>mpirun</c> started.</para>
/// </remarks>
public abstract class GradientExchange
{
    private protected GradientExchange()
    {
    }

    /// <summary>Which of the processes this one is, 0 to <see cref="Ranks"/> - 1.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes, 1 or more.</summary>
    public abstract int Ranks { get; }

    /// <summary>Whether a training is refused that the exchange makes slower.</summary>
    internal virtual bool RefusesSlowNetworks => true;

    /// <summary>Sends to every rank its part of <paramref name="send"/>, and receives one from each; all parts lie in the order of
    /// ranks.</summary>
    internal abstract void AllToAll(
        ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts);

    /// <summary>Gives what every rank has to all, in the order of ranks.</summary>
    internal abstract void AllGather(ReadOnlySpan<float> own, Span<float> all, ReadOnlySpan<int> counts);

    /// <summary>Gives the bytes of rank 0 to all.</summary>
    internal abstract void Broadcast(Span<byte> bytes);

    /// <summary>The value that rank 0 has.</summary>
    internal T OfFirst<T>(T own)
        where T : unmanaged
    {
        Broadcast(MemoryMarshal.AsBytes(new Span<T>(ref own)));
        return own;
    }

    /// <summary>The bytes that rank 0 has.</summary>
    internal byte[] OfFirst(byte[] own)
    {
        int length = OfFirst(own.Length);
        byte[] bytes = Rank == 0 ? own : new byte[length];
        Broadcast(bytes);
        return bytes;
    }

    /// <summary>Refuses ranks that were not given the same.</summary>
    /// <param name="hash">The hash of all that the training depends on.</param>
    /// <exception cref="GradientExchangeException">It differs between ranks.</exception>
    internal void RequireSame(ReadOnlySpan<byte> hash)
    {
        int length = hash.Length / sizeof(float);
        int[] counts = new int[Ranks];
        Array.Fill(counts, length);
        var all = new float[Ranks * length];
        AllGather(MemoryMarshal.Cast<byte, float>(hash), all, counts);
        for (int rank = 1; rank < Ranks; rank++)
        {
            if (!MemoryMarshal.AsBytes(all.AsSpan(rank * length, length)).SequenceEqual(MemoryMarshal.AsBytes(all.AsSpan(0, length))))
            {
                throw new GradientExchangeException(
                    $"Rank {rank} has other rows, options or another engine than rank 0; all ranks must be given the same.");
            }
        }
    }
}
