-- An epoch that a resumed run ends again replaces what was kept of it.
INSERT INTO training_epoch (training_id, epoch, loss, accuracy, val_loss, val_accuracy,
                            images_per_second, ended_at)
VALUES (%(training_id)s, %(epoch)s, %(loss)s, %(accuracy)s, %(val_loss)s, %(val_accuracy)s,
        %(images_per_second)s, %(ended_at)s)
ON CONFLICT (training_id, epoch) DO UPDATE
   SET loss = excluded.loss, accuracy = excluded.accuracy, val_loss = excluded.val_loss,
       val_accuracy = excluded.val_accuracy, images_per_second = excluded.images_per_second,
       ended_at = excluded.ended_at
