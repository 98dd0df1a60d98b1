using System.Globalization;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>A row with a column of every type that cannot be missing, and with texts that are dates, amounts, keys and addresses.</summary>
public sealed class TypedRow
{
    public sbyte Tiny { get; set; }

    public byte Small { get; set; }

    public short Zip { get; set; }

    public ushort Rooms { get; set; }

    public int Booked { get; set; }

    public uint Visits { get; set; }

    public long Account { get; set; }

    public ulong Device { get; set; }

    public bool IsMember { get; set; }

    public DateTime Day { get; set; }

    public DateTimeOffset Moment { get; set; }

    public TimeSpan Length { get; set; }

    public string Visit { get; set; } = "";

    public string Price { get; set; } = "";

    public string Id { get; set; } = "";

    public string Email { get; set; } = "";

    public float Age { get; set; }

    public float Income { get; set; }

    public bool Label { get; set; }

    /// <summary>The columns in which something is missing.</summary>
    public static string[] Fillable => [nameof(Visit), nameof(Price), nameof(Age), nameof(Income)];

    /// <summary>Rows whose columns depend on each other, with about a fifth of what can be missing missing.</summary>
    public static List<TypedRow> Make(int count)
    {
        var random = new Random(7);
        List<TypedRow> rows = [];
        for (int i = 0; i < count; i++)
        {
            bool label = random.Next(2) == 1;
            double level = random.NextDouble() + (label ? 0.6 : 0);
            DateTime day = new DateTime(2023, 1, 2).AddDays(7 * random.Next(52)).AddDays(random.Next(5));
            TimeSpan offset = TimeSpan.FromHours(day.Month is > 3 and < 11 ? 2 : 1);
            rows.Add(new TypedRow
            {
                Tiny = (sbyte)((40 * level) - 30),
                Small = (byte)(100 * level),
                Zip = (short)(1000 + (1777 * random.Next(6))),
                Rooms = (ushort)(1 + random.Next(4)),
                Booked = int.Parse(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                Visits = (uint)(9 * level),
                Account = 700_000_000_000 + random.NextInt64(200_000_000_000),
                Device = 9_007_199_254_740_993 + (2 * (ulong)random.Next(6)),
                IsMember = level > 0.7,
                Day = day,
                Moment = new DateTimeOffset(day.AddMinutes(480 + (15 * random.Next(40))), offset),
                Length = TimeSpan.FromMinutes(random.Next(3000)),
                Visit = IsMissing() ? "" : day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture),
                Price = IsMissing() ? "" : (20 + (900 * level)).ToString("$#,##0.00", CultureInfo.InvariantCulture),
                Id = $"C-{i * 7 % 9973:0000}",
                Email = $"person{i}@{(i % 2 == 0 ? "mail" : "post")}.org",
                Age = IsMissing() ? float.NaN : (float)(20 + (40 * level)),
                Income = IsMissing() ? float.NaN : (float)(1000.5 * level),
                Label = label,
            });
        }

        return rows;

        bool IsMissing() => random.NextDouble() < 0.2;
    }
}
