/// <summary>A row shaped like the Census income table: six numbers and eight categories of the same sizes, simulated.</summary>
internal sealed class CensusRow
{
    private static readonly int[] s_categories = [9, 16, 7, 15, 6, 5, 2, 42];

    public static string[] Columns { get; } =
    [
        nameof(Age), nameof(Weight), nameof(Years), nameof(Gain), nameof(Loss), nameof(Hours),
        nameof(Work), nameof(Education), nameof(Marital), nameof(Occupation), nameof(Relationship), nameof(Race), nameof(Sex), nameof(Country),
    ];

    public float Age { get; set; }
    public float Weight { get; set; }
    public float Years { get; set; }
    public float Gain { get; set; }
    public float Loss { get; set; }
    public float Hours { get; set; }
    public string Work { get; set; } = "";
    public string Education { get; set; } = "";
    public string Marital { get; set; } = "";
    public string Occupation { get; set; } = "";
    public string Relationship { get; set; } = "";
    public string Race { get; set; } = "";
    public string Sex { get; set; } = "";
    public string Country { get; set; } = "";

    /// <summary>Rows with a fifth of the values missing, all columns depending on one hidden number.</summary>
    public static CensusRow[] Simulate(int count)
    {
        var random = new Random(1);
        var rows = new CensusRow[count];
        for (int i = 0; i < count; i++)
        {
            double level = random.NextDouble();
            rows[i] = new CensusRow
            {
                Age = Number(20 + (50 * level)),
                Weight = Number(2e5 * random.NextDouble()),
                Years = Number(1 + Math.Floor(15 * level)),
                Gain = Number(level > 0.9 ? 15000 * level : 0),
                Loss = Number(level < 0.05 ? 2000 : 0),
                Hours = Number(20 + (40 * level)),
                Work = Category(0),
                Education = Category(1),
                Marital = Category(2),
                Occupation = Category(3),
                Relationship = Category(4),
                Race = Category(5),
                Sex = Category(6),
                Country = Category(7),
            };

            float Number(double value) => random.NextDouble() < 0.2 ? float.NaN : (float)(value * (0.9 + (0.2 * random.NextDouble())));

            string Category(int column) => random.NextDouble() < 0.2 ? "" : $"c{(int)(s_categories[column] * level * random.NextDouble())}";
        }

        return rows;
    }
}
