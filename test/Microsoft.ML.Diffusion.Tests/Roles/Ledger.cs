using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Roles;

/// <summary>A row with texts, whole numbers and moments of many roles.</summary>
public sealed class Ledger
{
    public string Id { get; set; } = "";

    public int Number { get; set; }

    public long Account { get; set; }

    public float Order { get; set; }

    public string Visit { get; set; } = "";

    public string Price { get; set; } = "";

    public int Booked { get; set; }

    public short Zip { get; set; }

    public ulong Device { get; set; }

    public string Email { get; set; } = "";

    public string City { get; set; } = "";

    public DateTime Day { get; set; }

    public DateTimeOffset Moment { get; set; }

    public TimeSpan Length { get; set; }

    public double Weight { get; set; }

    [VectorType(2)]
    public float[] Signals { get; set; } = [];

    public bool Label { get; set; }

    public static DateTime FirstDay { get; } = new(2023, 1, 2);

    /// <summary>Rows of working days in two years. A seventh of the visits and of the prices are missing.</summary>
    public static List<Ledger> Make(int count)
    {
        var random = new Random(11);
        List<Ledger> rows = [];
        for (int i = 0; i < count; i++)
        {
            DateTime day = FirstDay.AddDays((random.Next(100) * 7) + random.Next(5));
            double price = Math.Round(20 + (1500 * random.NextDouble()), 2);
            rows.Add(new Ledger
            {
                Id = $"C-{i * 7 % count:0000}",
                Number = 1000 + i,
                Account = 700_000_000_000 + random.NextInt64(200_000_000_000),
                Order = 500 + i,
                Visit = random.Next(7) == 0 ? "" : day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture),
                Price = random.Next(7) == 0 ? "" : price.ToString("$#,##0.00", CultureInfo.InvariantCulture),
                Booked = int.Parse(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                Zip = (short)(1000 + (1777 * random.Next(8))),
                Device = 9_007_199_254_740_993 + (2 * (ulong)random.Next(6)),
                Email = $"person{i}@{(i % 2 == 0 ? "mail" : "post")}.org",
                City = random.Next(2) == 0 ? "Oulu" : "Turku",
                Day = day,
                Moment = new DateTimeOffset(day.AddMinutes(15 * random.Next(96)), TimeSpan.FromHours(-5)),
                Length = TimeSpan.FromMinutes(random.Next(3000)),
                Weight = price * 1.5,
                Signals = [(float)price, random.Next(4) == 0 ? float.NaN : 1],
                Label = price > 700,
            });
        }

        return rows;
    }
}
