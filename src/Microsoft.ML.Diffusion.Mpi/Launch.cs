using System.Globalization;
using Microsoft.ML.Diffusion.Core.Ranks;

namespace Microsoft.ML.Diffusion.Mpi;

/// <summary>What the program that started the processes tells them in variables.</summary>
internal static class Launch
{
    // Set by MPICH's and Intel's mpirun, and by Slurm's srun, which start processes that Open MPI may not know of.
    private static readonly string[] s_others = ["PMI_SIZE", "SLURM_STEP_NUM_TASKS"];

    /// <summary>The rank that Open MPI's mpirun gave this process, known before MPI begins; 0 where it gave none.</summary>
    public static int Rank => NumberOf("OMPI_COMM_WORLD_RANK") ?? 0;

    /// <summary>How many ranks there are on this machine.</summary>
    public static int RanksHere => NumberOf("OMPI_COMM_WORLD_LOCAL_SIZE") ?? 1;

    /// <summary>How many threads a rank should use: what it is bound to, and no more than its share of the machine.</summary>
    public static int Threads => Math.Min(Environment.ProcessorCount, Math.Max(1, ProcessorsOfMachine() / RanksHere));

    /// <summary>Refuses a process that another MPI started together with others: all of them would train everything.</summary>
    /// <param name="ranks">How many ranks Open MPI sees.</param>
    /// <exception cref="GradientExchangeException">Open MPI sees one alone.</exception>
    public static void RequireOpenMpi(int ranks)
    {
        if (ranks > 1 || NumberOf("OMPI_COMM_WORLD_SIZE") is not null)
            return;
        foreach (string variable in s_others)
        {
            if (NumberOf(variable) is > 1 and int started)
            {
                throw new GradientExchangeException(
                    $"This process was started as one of {started} ({variable}), and Open MPI sees it alone: start it with Open MPI's " +
                    "mpirun.");
            }
        }
    }

    private static int? NumberOf(string variable)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }

    // All of them, bound to or not: "0-15", or "0-7,16-23".
    private static int ProcessorsOfMachine()
    {
        const string Online = "/sys/devices/system/cpu/online";
        if (!File.Exists(Online))
            return Environment.ProcessorCount;
        return File.ReadAllText(Online).Trim().Split(',').Sum(range =>
        {
            int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
            return ends[^1] - ends[0] + 1;
        });
    }
}
