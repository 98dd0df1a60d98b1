using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Diffusion.Core.Ranks;

namespace Microsoft.ML.Diffusion.Mpi;

/// <summary>The calls of Open MPI 4 and 5 that are needed (MPI 3.1, chapters 5, 8 and 12). Its handles are addresses of symbols; those of
/// MPICH and of its relatives are numbers, so that calls of one never fit the other.</summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>What Open MPI's library is called.</summary>
    public static readonly string[] Names = ["libmpi.so.40", "libmpi.40.dylib", "libmpi.so", "libmpi.dylib"];

    // What MPICH's is called, to tell those who have that one.
    private static readonly string[] s_others = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    private const int LongestSentence = 256;

    private readonly nint _handle;
    private readonly nint _world;
    private readonly nint _float;
    private readonly nint _byte;
    private readonly delegate* unmanaged<byte*, int*, int*, nint, byte*, int*, int*, nint, nint, int> _allToAll;
    private readonly delegate* unmanaged<byte*, int, nint, byte*, int*, int*, nint, nint, int> _allGather;
    private readonly delegate* unmanaged<byte*, int, nint, int, nint, int> _broadcast;

    private MpiLibrary(nint handle)
    {
        _handle = handle;
        (_world, _float, _byte) = (Symbol("ompi_mpi_comm_world"), Symbol("ompi_mpi_float"), Symbol("ompi_mpi_byte"));
        _allToAll = (delegate* unmanaged<byte*, int*, int*, nint, byte*, int*, int*, nint, nint, int>)Symbol("MPI_Alltoallv");
        _allGather = (delegate* unmanaged<byte*, int, nint, byte*, int*, int*, nint, nint, int>)Symbol("MPI_Allgatherv");
        _broadcast = (delegate* unmanaged<byte*, int, nint, int, nint, int>)Symbol("MPI_Bcast");
    }

    /// <summary>Finds the library.</summary>
    /// <param name="names">What it may be called.</param>
    /// <exception cref="GradientExchangeException">There is none, or it is another MPI's.</exception>
    public static MpiLibrary Load(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(name, out nint handle))
                continue;
            if (NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _))
                return new MpiLibrary(handle);
            throw new GradientExchangeException(
                $"{name} is not Open MPI's library but another MPI's, such as MPICH's, whose handles differ; Open MPI 4 or 5 was " +
                "expected.");
        }

        string? other = Array.Find(s_others, name => NativeLibrary.TryLoad(name, out _));
        throw new GradientExchangeException(other is null
            ? $"Open MPI is not installed, as {names[0]} is not found; on Debian and Ubuntu: apt-get install openmpi-bin."
            : $"MPICH is installed ({other}), and Open MPI is not; Open MPI 4 or 5 was expected, on Debian and Ubuntu: apt-get install " +
                "openmpi-bin.");
    }

    /// <summary>Begins; the ranks are those that mpirun started.</summary>
    /// <returns>Which rank this is, and how many there are.</returns>
    public (int Rank, int Ranks) Initialize()
    {
        const int Serialized = 2;
        int isInitialized = 0, provided = 0, rank = 0, ranks = 0;
        Check(((delegate* unmanaged<int*, int>)Symbol("MPI_Initialized"))(&isInitialized));
        if (isInitialized != 0)
            throw new GradientExchangeException("MPI was begun in this process before; once is all that it allows.");
        // One thread calls at a time, and not always the same.
        Check(((delegate* unmanaged<int*, byte***, int, int*, int>)Symbol("MPI_Init_thread"))(null, null, Serialized, &provided));
        if (provided < Serialized)
            throw new GradientExchangeException("This Open MPI was built without support for threads; one with it was expected.");
        Check(((delegate* unmanaged<nint, nint, int>)Symbol("MPI_Comm_set_errhandler"))(_world, Symbol("ompi_mpi_errors_return")));
        Check(((delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank"))(_world, &rank));
        Check(((delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size"))(_world, &ranks));
        return (rank, ranks);
    }

    /// <summary>Ends, once all ranks do.</summary>
    public void End() => Check(((delegate* unmanaged<int>)Symbol("MPI_Finalize"))());

    /// <summary>Ends all ranks at once, this one too.</summary>
    /// <param name="exitCode">What mpirun answers.</param>
    public void Abort(int exitCode) => Check(((delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort"))(_world, exitCode));

    /// <summary>MPI_Alltoallv.</summary>
    public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
    {
        int[] sendStarts = Starts(sendCounts), receiveStarts = Starts(receiveCounts);
        fixed (float* from = send, to = receive)
        fixed (int* counts = sendCounts, starts = sendStarts, counts2 = receiveCounts, starts2 = receiveStarts)
            Check(_allToAll((byte*)from, counts, starts, _float, (byte*)to, counts2, starts2, _float, _world));
    }

    /// <summary>MPI_Allgatherv.</summary>
    public void AllGather(ReadOnlySpan<float> own, Span<float> all, ReadOnlySpan<int> counts)
    {
        int[] starts = Starts(counts);
        fixed (float* from = own, to = all)
        fixed (int* lengths = counts, places = starts)
            Check(_allGather((byte*)from, own.Length, _float, (byte*)to, lengths, places, _float, _world));
    }

    /// <summary>MPI_Bcast from rank 0.</summary>
    public void Broadcast(Span<byte> bytes)
    {
        fixed (byte* first = bytes)
            Check(_broadcast(first, bytes.Length, _byte, 0, _world));
    }

    private static int[] Starts(ReadOnlySpan<int> counts)
    {
        int[] starts = new int[counts.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = checked(starts[i - 1] + counts[i - 1]);
        return starts;
    }

    private nint Symbol(string name) => NativeLibrary.GetExport(_handle, name);

    private void Check(int code)
    {
        if (code == 0)
            return;
        byte* sentence = stackalloc byte[LongestSentence];
        int length = 0;
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Symbol("MPI_Error_string"))(code, sentence, &length);
        string why = Encoding.UTF8.GetString(sentence, Math.Clamp(length, 0, LongestSentence));
        throw new GradientExchangeException($"Open MPI failed: {why}.");
    }
}
