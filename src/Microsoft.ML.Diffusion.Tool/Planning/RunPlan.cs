using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Planning;

/// <summary>What a run of many rows takes, and how to start it.</summary>
/// <param name="Input">The table.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Synthesizes">Whether rows are made; else missing cells are filled in.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Training">How long the training takes.</param>
/// <param name="Seen">The share of the training that was measured.</param>
/// <param name="SecondsPerRow">Seconds of one core that a row takes.</param>
/// <param name="PeakBytes">Memory that the trial had at most.</param>
/// <param name="Cores">Cores of this machine.</param>
internal sealed record RunPlan(
    string Input, string Method, bool Synthesizes, long Rows, TimeSpan Training, double Seen, double SecondsPerRow,
    long PeakBytes, int Cores)
{
    // A shard pays for its start, a few seconds, and should be short enough that little is lost with its machine.
    private const double SecondsOfShard = 300;
    private const int MostShards = 1000;

    private const int NameWidth = 13;

    /// <summary>Seconds of one core that all rows take.</summary>
    public double CoreSeconds => Rows * SecondsPerRow;

    /// <summary>How many shards are worth having: of five minutes each on a machine like this one.</summary>
    public int Shards => (int)Math.Clamp(CoreSeconds / Cores / SecondsOfShard, 1, MostShards);

    /// <summary>The plan as text.</summary>
    public string Text()
    {
        string what = Synthesizes ? "making rows" : "filling in";
        var text = new StringBuilder();
        TimeSpan ofCore = TimeSpan.FromSeconds(CoreSeconds), ofMachine = ofCore / Cores;
        Line("training", Time(Training) + ", once; " + (Seen < 1 ? Number($"estimated from {Seen * 100:F1} % of it") : "measured"));
        Line(what, Number($"{SecondsPerRow * 1000:G3} ms of a core a row: {Rows} rows take {Time(ofCore)} of a core, ") +
            Number($"{Time(ofMachine)} with the {Cores} of this machine"));
        Line("memory", Number($"{PeakBytes / 1e6:F0} MB at most in the trial; it grows with the rows to learn from, not with those ") +
            (Synthesizes ? "made" : "filled in"));
        Line("shards", Shards == 1
            ? "none: one process takes less than ten minutes"
            : Number($"{Shards}, of {Time(ofMachine / Shards)} each on a machine like this one"));
        string train = $"mldiffusion train {Quoted(Input)} --model M.zip --method {Method}{(Synthesizes ? " --for synthesize" : "")}";
        string run = Synthesizes
            ? Number($"mldiffusion synthesize {Quoted(Input)} --model M.zip --rows {Rows}")
            : $"mldiffusion impute {Quoted(Input)} --model M.zip";
        Block("Train once", train);
        if (Shards == 1)
        {
            Block("Then", $"{run} -o OUT.csv");
            return text.ToString();
        }

        Block("Slurm", $"sbatch --array=1-{Shards} --requeue --wrap {Quoted($"{run} --shard auto -o parts")}");
        Block("GNU parallel", $"parallel --joblog log --resume-failed {run} --shard {{}}/{Shards} -o parts ::: $(seq {Shards})");
        Block($"Kubernetes, in each pod of an indexed Job of {Shards} completions", $"{run} --shard auto/{Shards} -o parts");
        Block("Once all parts are there", "mldiffusion gather parts -o OUT.csv");
        return text.ToString();

        void Line(string name, string value) => text.Append(name.PadRight(NameWidth)).Append(value).Append('\n');

        void Block(string title, string command) => text.Append('\n').Append(title).Append(":\n  ").Append(command).Append('\n');
    }

    private static string Time(TimeSpan time) =>
        time.TotalMinutes < 120 ? $"{StageProgress.Clock(time)} min"
        : time.TotalHours < 72 ? Number($"{time.TotalHours:F1} hours")
        : Number($"{time.TotalDays:F1} days");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // As shells take it.
    private static string Quoted(string argument) =>
        argument.All(letter => char.IsLetterOrDigit(letter) || "-_./:".Contains(letter, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
