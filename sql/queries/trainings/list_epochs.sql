SELECT epoch, loss, accuracy, val_loss, val_accuracy, images_per_second, ended_at
  FROM training_epoch
 WHERE training_id = %(training_id)s
 ORDER BY epoch
