using Microsoft.ML.Data;
using Npgsql;

namespace Microsoft.ML.Diffusion.Tests.Databases;

/// <summary>A table of a database server, read by ML.NET's loader.</summary>
public sealed class PostgreSqlTests
{
    [PostgreSqlFact]
    public void Nulls_of_numbers_and_texts_of_a_table_are_filled_in_and_values_stay()
    {
        using var server = new PostgreSqlServer();
        using var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        using (var create = new NpgsqlCommand(
            """
            CREATE TABLE patient AS SELECT i AS id,
                CASE WHEN i % 5 = 1 THEN NULL ELSE (20 + i % 60)::real END AS age,
                CASE WHEN i % 7 = 2 THEN NULL ELSE 1.5 + (i % 60) / 20.0 END::double precision AS lactate,
                CASE WHEN i % 11 = 3 THEN NULL WHEN i % 60 > 30 THEN 'ICU' ELSE 'general' END AS ward
            FROM generate_series(1, 200) AS i
            """,
            connection))
            create.ExecuteNonQuery();

        var ml = new MLContext(seed: 1);
        DatabaseLoader loader = ml.Data.CreateDatabaseLoader<Patient>();
        IDataView rows = loader.Load(new DatabaseSource(
            NpgsqlFactory.Instance, server.ConnectionString, "SELECT id, age, lactate, ward FROM patient ORDER BY id"));
        var options = new DiffusionImputeEstimator.Options { Method = new Models.Methods.ExtraTrees.ExtraTreesOptions() };
        IDataView filled = ml.Transforms.DiffusionImpute(["Age", "Lactate", "Ward"], options).Fit(rows).Transform(rows);

        Patient[] before = [.. ml.Data.CreateEnumerable<Patient>(rows, reuseRowObject: false)];
        Patient[] after = [.. ml.Data.CreateEnumerable<Patient>(filled, reuseRowObject: false)];
        Assert.Equal(200, after.Length);
        Assert.Equal(40, before.Count(row => float.IsNaN(row.Age)));
        Assert.Equal(18, before.Count(row => row.Ward.Length == 0));
        foreach ((Patient old, Patient row) in before.Zip(after))
        {
            Assert.Equal(old.Id, row.Id);
            Assert.False(float.IsNaN(row.Age) || double.IsNaN(row.Lactate));
            Assert.Contains(row.Ward, (string[])["ICU", "general"]);
            Assert.True(float.IsNaN(old.Age) || old.Age == row.Age);
            Assert.True(double.IsNaN(old.Lactate) || old.Lactate == row.Lactate);
            Assert.True(old.Ward.Length == 0 || old.Ward == row.Ward);
        }
    }

    private sealed class Patient
    {
        public int Id { get; set; }

        public float Age { get; set; }

        public double Lactate { get; set; }

        public string Ward { get; set; } = "";
    }
}
