// What the code in the documentation may use without declaring it: every namespace of this library, and what stands here.
// A block may declare a name of its own; it then hides the one from here. Not compiled with the tests, but with each block.
global using System;
global using System.Collections.Generic;
global using System.IO;
global using System.Linq;
global using System.Threading;
global using System.Threading.Tasks;
global using Microsoft.ML;
global using Microsoft.ML.Data;
global using static Given;

/// <summary>The names that a block finds.</summary>
internal static class Given
{
    public static readonly MLContext ml = new(seed: 1);

    /// <summary>Rows with holes.</summary>
    public static readonly IDataView rows = ml.Data.LoadFromEnumerable<Patient>([]);

    /// <summary>The same, where more than one table is spoken of.</summary>
    public static readonly IDataView patients = rows, train = rows, test = rows, synthetic = rows, view = rows, truth = rows, holes = rows, filled = rows;

    /// <summary>A model that was trained, or loaded.</summary>
    public static readonly ITransformer model = ml.Transforms.DropColumns("Label").Fit(rows);

    /// <summary>A table as texts, and the steps of a series.</summary>
    public static readonly string[] header = ["Age", "Id"];
    public static readonly string[][] table = [["50", "A-1"]];
    public static readonly Observation[] steps = [];

    /// <summary>An analysis of a complete table.</summary>
    public static (double Estimate, double StandardError) Analyse(IDataView complete) =>
        (complete.GetColumn<float>("Age").Average(), 1);
}

/// <summary>A row of the examples.</summary>
internal sealed class Patient
{
    [LoadColumn(0)] public float Age { get; set; }
    [LoadColumn(1)] public float Lactate { get; set; }
    [LoadColumn(2)] public string Ward { get; set; } = "";
    [LoadColumn(3)] public bool Label { get; set; }
}

/// <summary>A step of a series.</summary>
internal sealed class Observation
{
    public string Patient { get; set; } = "";
    public float Hour { get; set; }
    public float HR { get; set; }
}
