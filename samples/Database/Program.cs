// A table in a database with NULLs: read it, fill it in, and write the filled values back.
//   1. make a SQLite database, since the sample brings none; another database needs another factory and connection string alone;
//   2. train on a query, through ML.NET's DatabaseLoader: NULL is NaN in a column of numbers;
//   3. write what was filled in into a column of its own, so that nobody takes it for a measurement.
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
string path = Path.Combine(Path.GetTempPath(), "biopsies.db");
string connectionString = $"Data Source={path}";

// 1. Empty cells of the file are NULL in the table.
File.Delete(path);
using var connection = new SqliteConnection(connectionString);
connection.Open();
Execute("CREATE TABLE biopsy (id INTEGER PRIMARY KEY, thickness REAL, size REAL, nuclei REAL, chromatin REAL, nuclei_filled REAL)");
using (SqliteTransaction transaction = connection.BeginTransaction())
{
    using SqliteCommand insert = connection.CreateCommand();
    insert.CommandText = "INSERT INTO biopsy VALUES ($id, $thickness, $size, $nuclei, $chromatin, NULL)";
    SqliteParameter Add(string name) => insert.Parameters.Add(new SqliteParameter(name, SqliteType.Real));
    SqliteParameter[] parameters = [Add("$id"), Add("$thickness"), Add("$size"), Add("$nuclei"), Add("$chromatin")];
    int[] cells = [1, 2, 6, 7];
    int id = 0;
    foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv")).Skip(1))
    {
        string[] row = line.Split(',');
        parameters[0].Value = ++id;
        for (int i = 0; i < cells.Length; i++)
            parameters[i + 1].Value = double.TryParse(row[cells[i]], out double value) ? value : DBNull.Value;
        insert.ExecuteNonQuery();
    }

    transaction.Commit();
}

Console.WriteLine($"{Scalar("SELECT count(*) FROM biopsy")} rows");
Console.WriteLine($"{Scalar("SELECT count(*) FROM biopsy WHERE nuclei IS NULL")} without nuclei");

// 2. The query runs each time the view is read: nothing is copied into memory.
DatabaseLoader loader = ml.Data.CreateDatabaseLoader<Biopsy>();
IDataView rows = loader.Load(new DatabaseSource(
    SqliteFactory.Instance, connectionString, "SELECT id, thickness, size, nuclei, chromatin FROM biopsy ORDER BY id"));
ITransformer model = ml.Transforms.DiffusionImpute("Thickness", "Size", "Nuclei", "Chromatin").Fit(rows);

// 3. All rows are read before the table is written to.
List<Biopsy> filled = [.. ml.Data.CreateEnumerable<Biopsy>(model.Transform(rows), reuseRowObject: false)];
using (SqliteTransaction transaction = connection.BeginTransaction())
{
    using SqliteCommand update = connection.CreateCommand();
    update.CommandText = "UPDATE biopsy SET nuclei_filled = $value WHERE id = $id";
    SqliteParameter value = update.Parameters.Add(new SqliteParameter("$value", SqliteType.Real));
    SqliteParameter id = update.Parameters.Add(new SqliteParameter("$id", SqliteType.Integer));
    foreach (Biopsy row in filled)
    {
        (value.Value, id.Value) = (row.Nuclei, (long)row.Id);
        update.ExecuteNonQuery();
    }

    transaction.Commit();
}

Console.WriteLine($"{Scalar("SELECT count(*) FROM biopsy WHERE nuclei_filled IS NULL")} without nuclei_filled");
Console.WriteLine($"{Scalar("SELECT count(*) FROM biopsy WHERE nuclei <> nuclei_filled")} measured values differ from their filled ones");
Console.WriteLine($"mean of nuclei {Scalar("SELECT avg(nuclei) FROM biopsy"):F3}, " +
    $"of nuclei_filled {Scalar("SELECT avg(nuclei_filled) FROM biopsy"):F3}");

void Execute(string sql)
{
    using SqliteCommand command = connection.CreateCommand();
    command.CommandText = sql;
    command.ExecuteNonQuery();
}

object? Scalar(string sql)
{
    using SqliteCommand command = connection.CreateCommand();
    command.CommandText = sql;
    return command.ExecuteScalar();
}

/// <summary>A row of the query.</summary>
internal sealed class Biopsy
{
    public float Id { get; set; }
    public float Thickness { get; set; }
    public float Size { get; set; }
    public float Nuclei { get; set; }
    public float Chromatin { get; set; }
}
