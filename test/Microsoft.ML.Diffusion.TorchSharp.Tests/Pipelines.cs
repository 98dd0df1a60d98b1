using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Small trainings through ML.NET.</summary>
internal static class Pipelines
{
    public static IDataView View(MLContext ml, int rows = 300)
    {
        Table table = Tables.Mixed(rows, isComplete: false);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row => new Row
        {
            X = (float)table[row, 0],
            Y = (float)table[row, 1],
            Sign = double.IsNaN(table[row, 2]) ? "" : table.Columns[2].Categories[(int)table[row, 2]],
        }));
    }

    public static DiffusionImputeEstimator Imputer(MLContext ml, EngineKind engine = EngineKind.Auto) => ml.Transforms.DiffusionImpute(
        [new InputOutputColumnPair("X"), new InputOutputColumnPair("Y"), new InputOutputColumnPair("Sign")],
        new DiffusionImputeEstimator.Options
        {
            Method = new ConditionalOptions
            {
                Engine = engine, Members = ImputationMembers.Denoisers, Networks = 1, Epochs = 5, Width = 16, Threads = 1,
            },
        });

    /// <summary>What a run writes to the log.</summary>
    public static List<string> Log<T>(Func<MLContext, T> run, out T result)
    {
        var ml = new MLContext(seed: 1);
        List<string> lines = [];
        ml.Log += (_, e) => lines.Add(e.Message);
        result = run(ml);
        return lines;
    }

    internal sealed class Row
    {
        public float X { get; set; }

        public float Y { get; set; }

        public string Sign { get; set; } = "";
    }
}
