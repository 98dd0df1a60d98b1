using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

/// <summary>Simulated rows whose label, class and cost hang on age, dose and ward.</summary>
internal sealed class Patient
{
    public float Age { get; set; }

    public float Dose { get; set; }

    public string Ward { get; set; } = "";

    public int Visits { get; set; }

    public bool IsIll { get; set; }

    public string Stage { get; set; } = "";

    public float Cost { get; set; }

    public static Patient[] Draw(int rows, ulong seed) => [.. Enumerable.Range(0, rows).Select(row => Draw(new Philox(seed).Fork((ulong)row)))];

    /// <summary>Every column in an order of its own.</summary>
    public static Patient[] Shuffled(Patient[] rows)
    {
        Patient[] copies = [.. rows.Select(row => (Patient)row.MemberwiseClone())];
        void Shuffle<T>(ulong column, Func<Patient, T> get, Action<Patient, T> set)
        {
            int[] order = new int[rows.Length];
            new Philox(9, column).Permutation(order);
            for (int row = 0; row < order.Length; row++)
                set(copies[row], get(rows[order[row]]));
        }

        Shuffle(0, row => row.Age, (row, value) => row.Age = value);
        Shuffle(1, row => row.Dose, (row, value) => row.Dose = value);
        Shuffle(2, row => row.Ward, (row, value) => row.Ward = value);
        Shuffle(3, row => row.IsIll, (row, value) => row.IsIll = value);
        Shuffle(4, row => row.Stage, (row, value) => row.Stage = value);
        Shuffle(5, row => row.Cost, (row, value) => row.Cost = value);
        return copies;
    }

    /// <summary>Rows that have nothing to do with the real ones but their columns.</summary>
    public static Patient[] Noise(int rows, ulong seed) => [.. Enumerable.Range(0, rows).Select(row => new Philox(seed).Fork((ulong)row))
        .Select(own => new Patient
    {
        Age = 200 * own.Uniform(0),
        Dose = 10 * own.Uniform(1),
        Ward = "abc"[own.Below(2, 3)].ToString(),
        Visits = own.Below(3, 30),
        IsIll = own.Uniform(4) < 0.5,
        Stage = "xyz"[own.Below(5, 3)].ToString(),
        Cost = 5000 * own.Uniform(6),
    })];

    public static IDataView View(MLContext ml, IEnumerable<Patient> rows) => ml.Data.LoadFromEnumerable(rows);

    private static Patient Draw(Philox own)
    {
        float age = 50 + (12 * own.Normal(0)), dose = own.Uniform(64);
        string ward = own.Uniform(65) switch { < 0.6f => "a", < 0.9f => "b", _ => "c" };
        double risk = ((age - 50) / 8) + (ward == "b" ? 1.5 : 0) + (2 * dose) - 2;
        return new()
        {
            Age = age,
            Dose = dose,
            Ward = ward,
            Visits = own.Below(66, 5),
            IsIll = own.Uniform(67) < 1 / (1 + Math.Exp(-risk)),
            Stage = risk < -1 ? "x" : risk < 1 ? "y" : "z",
            Cost = (float)(1000 + (300 * risk) + (100 * own.Normal(128))),
        };
    }
}
