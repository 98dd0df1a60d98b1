using Microsoft.ML.Diffusion.Core.Ranks;

namespace Microsoft.ML.Diffusion.Mpi.Tests;

/// <summary>Open MPI by its own library, in a process that nobody started as one of several. Two processes are in the tests of the command
/// line.</summary>
public sealed class MpiExchangeTests : IDisposable
{
    public void Dispose()
    {
        foreach (string variable in (string[])["PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"])
            Environment.SetEnvironmentVariable(variable, null);
    }

    [Fact]
    public void A_machine_without_Open_MPI_is_told_what_to_install()
    {
        var e = Assert.Throws<GradientExchangeException>(() => MpiLibrary.Load("libmpi.none.so"));

        Assert.EndsWith("on Debian and Ubuntu: apt-get install openmpi-bin.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_library_of_that_name_is_refused()
    {
        string other = OperatingSystem.IsWindows() ? "kernel32" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6";

        var e = Assert.Throws<GradientExchangeException>(() => MpiLibrary.Load(other));

        Assert.StartsWith($"{other} is not Open MPI's library but another MPI's, such as MPICH's", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_that_another_MPI_started_are_refused_rather_than_trained_side_by_side()
    {
        Launch.RequireOpenMpi(ranks: 1);
        Environment.SetEnvironmentVariable("PMI_SIZE", "4");

        var e = Assert.Throws<GradientExchangeException>(() => Launch.RequireOpenMpi(ranks: 1));
        Assert.Contains("one of 4 (PMI_SIZE), and Open MPI sees it alone", e.Message, StringComparison.Ordinal);
        Launch.RequireOpenMpi(ranks: 4);
        // Open MPI's own mpirun, for a single rank, within a job of another program.
        Environment.SetEnvironmentVariable("OMPI_COMM_WORLD_SIZE", "1");
        Launch.RequireOpenMpi(ranks: 1);
    }

    [Fact]
    public void Ranks_of_one_machine_share_its_processors()
    {
        int alone = Launch.Threads;
        Environment.SetEnvironmentVariable("OMPI_COMM_WORLD_LOCAL_SIZE", "1000");

        Assert.Equal(Environment.ProcessorCount, alone);
        Assert.Equal(1, Launch.Threads);
    }

    [OpenMpiFact]
    public void A_process_alone_is_the_only_rank_and_MPI_begins_once()
    {
        int works = 0;
        MpiExchange.Run(ranks =>
        {
            works++;
            Assert.Equal((0, 1), (ranks.Rank, ranks.Ranks));
            float[] values = [1, 2, 3], copy = new float[3], all = new float[3];
            ranks.AllToAll(values, [3], copy, [3]);
            ranks.AllGather(copy, all, [3]);
            Assert.Equal(values, all);
            Assert.Equal(2.5, ranks.OfFirst(2.5));
            Assert.Equal([4, 5], ranks.OfFirst([4, 5]));
            ranks.RequireSame(new byte[32]);
        });

        Assert.Equal(1, works);
        var e = Assert.Throws<GradientExchangeException>(() => MpiExchange.Run(_ => works++));
        Assert.Contains("MPI was begun in this process before", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, works);
    }
}
